import type { IncomingMessage } from 'node:http';
import type { Digest } from '../../domain/names.ts';
import { envelopeSchema, type Envelope } from '../../protocol/dsse.ts';
import {
  pollResponseSchema,
  type HeldGoals,
  type PollRequest,
  type PollResponse,
  type ReportBatch,
} from '../../protocol/gateway.ts';
import {
  secretAnswerMaxBytes,
  secretAnswerSchema,
  type SecretAnswer,
  type SecretRequest,
} from '../../protocol/secrets.ts';
import { logChunkAnswerSchema, type LogChunk, type LogChunkAnswer } from '../../protocol/log-reading.ts';
import type { GatewayAccess } from './gateway-access.ts';
import { GatewayError } from './gateway-error.ts';
import { openEndpoint, type HttpEndpoint } from './http-exchange.ts';
import { readPieces, readWhole } from './read-body.ts';

/** What an agent asks of its region. All throw GatewayError, or the signal's reason. */
export interface GatewayClient extends ReleaseSource {
  /** Held open until a goal changes or `waitMs` is over. */
  poll(request: PollRequest, signal: AbortSignal): Promise<PollResponse>;
  report(batch: ReportBatch, signal: AbortSignal): Promise<void>;
  showGoals(held: HeldGoals, signal: AbortSignal): Promise<void>;
  secrets(request: SecretRequest, signal: AbortSignal): Promise<SecretAnswer>;
  sendLogs(chunk: LogChunk, signal: AbortSignal): Promise<LogChunkAnswer>;
  close(): void;
}

/** Where releases come from. Nothing of it is believed before it was verified. */
export interface ReleaseSource {
  manifest(release: Digest, signal: AbortSignal): Promise<Envelope>;
  part(release: Digest, part: ReleasePart, maxBytes: number, signal: AbortSignal): Promise<Buffer>;
  /** The chunk's bytes from `start` on. */
  chunk(release: Digest, chunk: ChunkRange, signal: AbortSignal): Promise<ChunkAnswer>;
}

export type ReleasePart = 'listing' | 'chunk-table' | 'config';

export interface ChunkRange {
  readonly digest: Digest;
  readonly sizeBytes: number;
  readonly start: number;
}

export interface ChunkAnswer {
  /** Where the pieces begin: 0 when the server gave the whole chunk. */
  readonly start: number;
  readonly pieces: AsyncIterable<Buffer>;
}

const answerTimeoutMs = 10_000;
/** It may have to run a command, which others wait for, too; the signal is shorter. */
const secretsTimeoutMs = 30_000;
/** A gateway answers a poll at `waitMs`; half-open connections are given up this long after. */
const pollGraceMs = 10_000;
const pollMaxBytes = 16 * 1024 * 1024;
const manifestMaxBytes = 16 * 1024;
const idleTimeoutMs = 10_000;
/** The slowest that a chunk may come: 64 KiB a second, and a minute for the small ones. */
const slowestBytesPerMs = 64;
const leastTotalMs = 60_000;

export function connectGateway(url: URL, access: GatewayAccess): GatewayClient {
  const endpoint = openEndpoint(url, access);
  return {
    poll: (request, signal) => poll(endpoint, request, signal),
    secrets: (request, signal) => secrets(endpoint, request, signal),
    report: async (batch, signal) => void (await post(endpoint, '/v1/reports', batch, signal)),
    showGoals: async (held, signal) => void (await post(endpoint, '/v1/held-goals', held, signal)),
    sendLogs: async (chunk, signal) =>
      parsed(logChunkAnswerSchema, await post(endpoint, '/v1/log-chunks', chunk, signal), 'answer to output'),
    close: () => endpoint.close(),
    async manifest(release, signal) {
      const body = await getWhole(endpoint, `/v1/releases/${release}`, manifestMaxBytes, signal);
      return parsed(envelopeSchema, body, 'manifest');
    },
    part: (release, part, maxBytes, signal) => getWhole(endpoint, `/v1/releases/${release}/${part}`, maxBytes, signal),
    chunk: (release, range, signal) => chunk(endpoint, release, range, signal),
  };
}

async function poll(endpoint: HttpEndpoint, request: PollRequest, signal: AbortSignal): Promise<PollResponse> {
  const response = await endpoint.exchange({
    method: 'POST',
    path: '/v1/poll',
    body: JSON.stringify(request),
    headTimeoutMs: request.waitMs + pollGraceMs,
    signal,
  });
  return parsed(pollResponseSchema, await readWhole(response, { ...limits(pollMaxBytes), signal }), 'poll');
}

async function secrets(endpoint: HttpEndpoint, request: SecretRequest, signal: AbortSignal): Promise<SecretAnswer> {
  const response = await endpoint.exchange({
    method: 'POST',
    path: '/v1/secrets',
    body: JSON.stringify(request),
    headTimeoutMs: secretsTimeoutMs,
    signal,
  });
  const body = await readWhole(response, { ...limits(secretAnswerMaxBytes), signal });
  return parsed(secretAnswerSchema, body, 'answer about secrets');
}

async function post(endpoint: HttpEndpoint, path: string, document: object, signal: AbortSignal): Promise<Buffer> {
  const body = JSON.stringify(document);
  const response = await endpoint.exchange({
    method: 'POST',
    path,
    body,
    headTimeoutMs: answerTimeoutMs,
    signal,
  });
  return readWhole(response, { ...limits(pollMaxBytes), signal });
}

async function getWhole(endpoint: HttpEndpoint, path: string, maxBytes: number, signal: AbortSignal): Promise<Buffer> {
  const response = await endpoint.exchange({ method: 'GET', path, headTimeoutMs: answerTimeoutMs, signal });
  return readWhole(response, { ...limits(maxBytes), signal });
}

async function chunk(
  endpoint: HttpEndpoint,
  release: Digest,
  range: ChunkRange,
  signal: AbortSignal,
): Promise<ChunkAnswer> {
  const headers: Record<string, string> = range.start > 0 ? { range: `bytes=${range.start}-` } : {};
  const path = `/v1/releases/${release}/chunks/${range.digest}`;
  const response = await endpoint.exchange({ method: 'GET', path, headers, headTimeoutMs: answerTimeoutMs, signal });
  const start = startOf(response);
  return { start, pieces: readPieces(response, { ...limits(range.sizeBytes - start), signal }) };
}

function startOf(response: IncomingMessage): number {
  if (response.statusCode !== 206) return 0;
  const [, start] = /^bytes (\d+)-/.exec(response.headers['content-range'] ?? '') ?? [];
  if (start !== undefined) return Number(start);
  response.destroy();
  throw new GatewayError('a part was answered without saying which');
}

const limits = (maxBytes: number): { maxBytes: number; idleTimeoutMs: number; totalTimeoutMs: number } => ({
  maxBytes,
  idleTimeoutMs,
  totalTimeoutMs: leastTotalMs + maxBytes / slowestBytesPerMs,
});

function parsed<T>(
  schema: { safeParse(value: unknown): { success: boolean; data?: T } },
  body: Buffer,
  what: string,
): T {
  let value: unknown;
  try {
    value = JSON.parse(body.toString('utf8'));
  } catch {
    throw new GatewayError(`the answer is no ${what}: not JSON`);
  }
  const result = schema.safeParse(value);
  if (!result.success) throw new GatewayError(`the answer is no ${what}`);
  return result.data as T;
}
