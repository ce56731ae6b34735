import type { KeyObject } from 'node:crypto';
import type { ReleaseConfig } from '../../domain/spec/service-spec.ts';
import type { Digest, ReleaseNumber, ServiceName } from '../../domain/names.ts';
import { canonicalJson } from '../../protocol/canonical-json.ts';
import { encodeChunkTable } from '../../protocol/chunk-table.ts';
import { digestOf } from '../../protocol/digest.ts';
import { signDocument, type Envelope } from '../../protocol/dsse.ts';
import { encodeListing } from '../../protocol/listing.ts';
import { manifestType, type ListingEntry } from '../../protocol/manifest.ts';

/** A release as a region serves it. */
export interface TestRelease {
  readonly service: ServiceName;
  readonly number: ReleaseNumber;
  readonly digest: Digest;
  readonly envelope: Envelope;
  readonly parts: Readonly<Record<'listing' | 'chunk-table' | 'config', Buffer>>;
  readonly configDigest: Digest;
  readonly chunks: ReadonlyMap<Digest, Buffer>;
}

export interface TestReleaseInput {
  readonly number: number;
  readonly service?: string;
  /** Path → content; a content that begins with `-> ` is a link. */
  readonly files?: Readonly<Record<string, string | Buffer>>;
  readonly config?: Partial<ReleaseConfig['health']>;
  readonly command?: readonly string[];
  readonly run?: Partial<ReleaseConfig['run']>;
  /** What `/healthz` answers; default 200. */
  readonly health?: number;
  /** Ends at once with this code, after it noted its start. */
  readonly ends?: number;
}

/**
 * Answers `/healthz` with the status in `$STATE_DIRECTORY/health`, else with its release's, `/release` and `/pid` with what
 * they say. Ends with code 7 when `$STATE_DIRECTORY/crash` is there, empty or with its release's name.
 */
const server = (ends?: number): string => `
import http from 'node:http';
import fs from 'node:fs';
const state = process.env.STATE_DIRECTORY;
const read = (file, otherwise) => { try { return fs.readFileSync(file, 'utf8').trim(); } catch { return otherwise; } };
const crash = () => { if (['', process.env.SLIPWAY_RELEASE].includes(read(state + '/crash', 'no'))) process.exit(7); };
crash();
setInterval(crash, 20);
fs.appendFileSync(state + '/starts', process.env.SLIPWAY_RELEASE + ' ' + process.pid + '\\n');
if (${String(ends)} !== undefined) process.exit(${String(ends)});
http.createServer((request, response) => {
  if (request.url === '/release') return response.end(process.env.SLIPWAY_RELEASE);
  if (request.url === '/pid') return response.end(String(process.pid));
  // Empty while a test writes it.
  response.statusCode = Number(read(state + '/health', '') || read('health', '200'));
  response.end();
}).listen(Number(process.env.PORT), '127.0.0.1', () => console.log('serves ' + process.env.SLIPWAY_RELEASE));
`;

export function makeRelease(input: TestReleaseInput, buildKey: KeyObject): TestRelease {
  const { number, service = 'checkout', files = {}, health = 200 } = input;
  const contents = {
    health: String(health),
    'server.mjs': server(input.ends),
    'assets/number.txt': `release ${number}\n`,
    ...files,
  };
  const { entries, chunks } = describe(contents);
  const config: ReleaseConfig = {
    run: {
      command: input.command ?? [process.execPath, 'server.mjs'],
      env: { COLOUR: 'blue' },
      restart: 'stop-first',
      ...input.run,
    },
    health: {
      ...(input.config?.tcp || input.config?.command || input.config?.process ? {} : { http: '/healthz' }),
      startPeriodMs: 10_000,
      intervalMs: 50,
      timeoutMs: 1_000,
      healthyAfter: 2,
      unhealthyAfter: 2,
      ...input.config,
    },
  };
  const parts = {
    listing: encodeListing(entries),
    'chunk-table': encodeChunkTable(chunks.map(([digest, bytes]) => ({ digest, sizeBytes: bytes.length }))),
    config: Buffer.from(canonicalJson(config)),
  };
  const sizes = chunks.map(([, bytes]) => bytes.length);
  const root = {
    format: 'slipway.manifest/1',
    service,
    release: number,
    commit: 'c'.repeat(40),
    chunking: 'whole-1',
    listing: { ...partOf(parts.listing), files: entries.length },
    chunks: { ...partOf(parts['chunk-table']), count: chunks.length },
    config: partOf(parts.config),
    totalBytes: sizes.reduce((sum, size) => sum + size, 0),
    maxFileBytes: Math.max(0, ...sizes),
  };
  return {
    service: service as ServiceName,
    number: number as ReleaseNumber,
    digest: digestOf(canonicalJson(root)),
    envelope: signDocument(manifestType, root, buildKey),
    parts,
    configDigest: digestOf(parts.config),
    chunks: new Map(chunks),
  };
}

function describe(contents: Readonly<Record<string, string | Buffer>>) {
  const chunks: [Digest, Buffer][] = [];
  const paths = Object.keys(contents).sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  const entries = paths.map((path): ListingEntry => {
    const content = contents[path]!;
    if (typeof content === 'string' && content.startsWith('-> '))
      return { kind: 'link', path, target: content.slice(3) };
    const bytes = Buffer.from(content);
    const digest = digestOf(bytes);
    const firstChunk = chunks.length;
    if (bytes.length > 0) chunks.push([digest, bytes]);
    const mode = path.endsWith('.sh') ? 0o755 : 0o644;
    return {
      kind: 'file',
      path,
      mode,
      sizeBytes: bytes.length,
      digest,
      firstChunk,
      chunkCount: chunks.length - firstChunk,
    };
  });
  return { entries, chunks };
}

const partOf = (bytes: Buffer): { digest: Digest; sizeBytes: number } => ({
  digest: digestOf(bytes),
  sizeBytes: bytes.length,
});
