import type { Digest, ReleaseNumber, ServiceName } from '../../domain/names.ts';
import type { ReleaseConfig } from '../../domain/spec/service-spec.ts';
import { canonicalJson } from '../../protocol/canonical-json.ts';
import { chunkMaxBytes, encodeChunkTable, type ChunkRecord } from '../../protocol/chunk-table.ts';
import { digestOf } from '../../protocol/digest.ts';
import { encodeListing } from '../../protocol/listing.ts';
import { configMaxBytes, listingMaxBytes, type ListingEntry, type ManifestRoot } from '../../protocol/manifest.ts';
import type { ScannedEntry, ScannedFile } from './scan-tree.ts';

export interface ReleaseIdentity {
  readonly service: ServiceName;
  readonly release: ReleaseNumber;
  readonly commit: string;
}

/** A release as bytes: the root's text, and the parts that it names. */
export interface ReleaseDescription {
  readonly root: ManifestRoot;
  readonly rootText: string;
  /** Of the root's text: the release's digest. */
  readonly digest: Digest;
  readonly listing: Buffer;
  readonly chunkTable: Buffer;
  readonly config: Buffer;
}

export type DescribedRelease =
  { readonly ok: true; readonly description: ReleaseDescription } | { readonly ok: false; readonly problem: string };

/** The unsigned manifest of a scanned tree (`whole-1`: each file that isn't empty is one chunk). Pure. */
export function describeRelease(
  identity: ReleaseIdentity,
  entries: readonly ScannedEntry[],
  config: ReleaseConfig,
): DescribedRelease {
  const files = entries.filter((entry): entry is ScannedFile => entry.kind === 'file');
  const tooLarge = files.find(({ sizeBytes }) => sizeBytes > chunkMaxBytes);
  if (tooLarge !== undefined)
    return { ok: false, problem: `${JSON.stringify(tooLarge.path)} is larger than 4 GiB: not supported yet` };
  const listed = listEntries(entries);
  const parts = {
    listing: encodeListing(listed.entries),
    chunkTable: encodeChunkTable(listed.chunks),
    config: Buffer.from(canonicalJson(config)),
  };
  if (parts.listing.length > listingMaxBytes)
    return { ok: false, problem: `the list of files is larger than ${listingMaxBytes} bytes` };
  if (parts.config.length > configMaxBytes)
    return { ok: false, problem: `run and health are larger than ${configMaxBytes} bytes` };
  const root: ManifestRoot = {
    format: 'slipway.manifest/1',
    ...identity,
    chunking: 'whole-1',
    listing: { ...partOf(parts.listing), files: listed.entries.length },
    chunks: { ...partOf(parts.chunkTable), count: listed.chunks.length },
    config: partOf(parts.config),
    totalBytes: files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    maxFileBytes: files.reduce((max, { sizeBytes }) => Math.max(max, sizeBytes), 0),
  };
  const rootText = canonicalJson(root);
  return { ok: true, description: { root, rootText, digest: digestOf(rootText), ...parts } };
}

function listEntries(entries: readonly ScannedEntry[]): {
  readonly entries: ListingEntry[];
  readonly chunks: ChunkRecord[];
} {
  const chunks: ChunkRecord[] = [];
  const listed = entries.map((entry): ListingEntry => {
    if (entry.kind === 'link') return entry;
    const firstChunk = chunks.length;
    if (entry.sizeBytes > 0) chunks.push({ digest: entry.digest, sizeBytes: entry.sizeBytes });
    return { ...entry, firstChunk, chunkCount: chunks.length - firstChunk };
  });
  return { entries: listed, chunks };
}

const partOf = (bytes: Buffer) => ({ digest: digestOf(bytes), sizeBytes: bytes.length });
