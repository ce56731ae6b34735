import { digestOf } from '../../protocol/digest.ts';
import type { BlobStore } from '../blob-store.ts';
import { inParallel } from '../in-parallel.ts';
import type { CapturedLog } from './command-runner.ts';
import type { LogRef } from './contract.ts';
import type { ReleaseDescription } from './describe-release.ts';
import { openFile, type ScannedEntry, type ScannedFile } from './scan-tree.ts';

const storedAtOnce = 4;
const tailMaxLength = 2000;

/** Brings what the store doesn't hold of a release into it: files first, then the parts that name them. */
export async function storeRelease(
  store: BlobStore,
  folder: string,
  entries: readonly ScannedEntry[],
  { listing, chunkTable, config }: ReleaseDescription,
  signal: AbortSignal,
): Promise<void> {
  const files = entries.filter((entry): entry is ScannedFile => entry.kind === 'file' && entry.sizeBytes > 0);
  const byDigest = new Map(files.map((file) => [file.digest, file]));
  const missing = await store.missing([...byDigest.keys()]);
  await inParallel(missing, storedAtOnce, async (digest) => {
    const file = byDigest.get(digest)!;
    await store.put(digest, file.sizeBytes, await openFile(folder, file.path, signal));
  });
  for (const part of [listing, chunkTable, config]) await store.put(digestOf(part), part.length, part);
}

export async function storeLog(store: BlobStore, { bytes, truncated }: CapturedLog): Promise<LogRef> {
  const digest = digestOf(bytes);
  await store.put(digest, bytes.length, bytes);
  // Four bytes are the most that one character takes.
  const tail = bytes
    .subarray(-tailMaxLength * 4)
    .toString('utf8')
    .slice(-tailMaxLength)
    .toWellFormed();
  return { digest, sizeBytes: bytes.length, truncated, tail };
}
