import type { Readable } from 'node:stream';
import type { Digest } from '../domain/names.ts';
import { digestOf } from '../protocol/digest.ts';
import type { Envelope } from '../protocol/dsse.ts';

/** An open blob. The caller reads the stream to its end or destroys it. */
export interface OpenBlob {
  /** Of the whole blob, whatever range was asked. */
  readonly sizeBytes: number;
  readonly stream: Readable;
}

/** Byte offsets, both inclusive, as in an HTTP Range. */
export interface ByteRange {
  readonly start?: number;
  readonly end?: number;
}

/**
 * Content by digest, and the signed manifest roots of releases: a folder, later also S3. What is in it is whole and
 * was verified when it was written; nothing is ever overwritten.
 */
export interface BlobStore {
  /** Those of `digests` that the store does not hold, in the same order. */
  missing(digests: readonly Digest[]): Promise<readonly Digest[]>;
  /** Size of a blob, or null when it isn't there. */
  sizeOf(digest: Digest): Promise<number | null>;
  /**
   * Stores content, or leaves what is there: of several writers of one digest one answers `stored`, and a `source`
   * that isn't needed is destroyed unread. Throws an error with `code` `blob-mismatch` when the content isn't what
   * digest and size say, `store-full` when there is no space left; then nothing of it stays.
   */
  put(digest: Digest, sizeBytes: number, source: Readable | Uint8Array): Promise<'stored' | 'present'>;
  /** Null when the store doesn't hold it. */
  open(digest: Digest, range?: ByteRange): Promise<OpenBlob | null>;
  /** Keeps the signed root of a release under the release's digest. A repeat leaves the first. */
  putRelease(release: Digest, envelope: Envelope): Promise<void>;
  readRelease(release: Digest): Promise<Envelope | null>;
}

/** `store-full` is for the person who runs the store; `blob-mismatch` is corruption or a liar. */
export type StoreErrorCode = 'store-full' | 'blob-mismatch';

/** True for an error of a BlobStore with this code, whatever store it came from. */
export const isStoreError = (error: unknown, code: StoreErrorCode): boolean =>
  error instanceof Error && 'code' in error && error.code === code;

/**
 * The whole of a small blob, read no further than the size that a signed document gave for it, and verified. Null when
 * it is absent or isn't what digest and size say.
 */
export async function readPart(store: BlobStore, part: { digest: Digest; sizeBytes: number }): Promise<Buffer | null> {
  const blob = await store.open(part.digest);
  if (blob === null) return null;
  if (blob.sizeBytes !== part.sizeBytes) {
    blob.stream.destroy();
    return null;
  }
  const pieces: Buffer[] = [];
  for await (const piece of blob.stream) pieces.push(piece as Buffer);
  const bytes = Buffer.concat(pieces);
  return digestOf(bytes) === part.digest ? bytes : null;
}
