import type { Response } from 'express';
import { pipeline } from 'node:stream/promises';
import type { Logger } from 'pino';
import type { BlobStore, ByteRange } from '../../../activities/blob-store.ts';
import type { Digest } from '../../../domain/names.ts';
import { ProblemError } from '../../http/problem-error.ts';

export interface BlobSource {
  readonly store: Pick<BlobStore, 'open' | 'sizeOf'>;
  readonly log: Logger;
}

export interface ByteCounter {
  inc(bytes: number): void;
}

export interface BlobAnswer {
  readonly digest: Digest;
  readonly response: Response;
  /** What to send of so many bytes; undefined for all. */
  readonly rangeIn: (sizeBytes: number) => Required<ByteRange> | undefined;
}

/** Streams a blob, or a part of it. A read that fails in the middle cuts the connection: the host asks again. */
export async function sendBlob(
  { store, log }: BlobSource,
  { digest, response, rangeIn }: BlobAnswer,
  served: ByteCounter,
): Promise<void> {
  const sizeBytes = await store.sizeOf(digest);
  if (sizeBytes === null) throw lost(digest);
  const range = rangeIn(sizeBytes);
  const blob = await store.open(digest, range);
  if (blob === null) throw lost(digest);
  const length = range === undefined ? sizeBytes : range.end - range.start + 1;
  response.status(range === undefined ? 200 : 206).set({
    'Content-Type': 'application/octet-stream',
    'Content-Length': String(length),
    'Accept-Ranges': 'bytes',
    ETag: `"${digest}"`,
    // What a digest names never changes; nobody between the region and the host may keep it.
    'Cache-Control': 'private, max-age=31536000, immutable',
    ...(range && { 'Content-Range': `bytes ${range.start}-${range.end}/${sizeBytes}` }),
  });
  try {
    await pipeline(blob.stream, response);
    served.inc(length);
  } catch (error) {
    // A host that had hung up before is no place to pipe to, and then the stream is left as it was: open.
    blob.stream.destroy();
    const isHungUp = hungUp.includes((error as { code?: unknown }).code);
    if (!isHungUp) log.error({ err: error, digest }, 'a blob could not be read to its end');
  }
}

const hungUp: readonly unknown[] = ['ERR_STREAM_PREMATURE_CLOSE', 'ERR_STREAM_UNABLE_TO_PIPE'];

/** The index has it and the store doesn't: for operators, while hosts run what they run and ask again. */
const lost = (digest: Digest): ProblemError =>
  new ProblemError('unavailable', { detail: `${digest} is lost from the region's store` }, 30);
