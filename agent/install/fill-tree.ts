import { chmod, copyFile, mkdir, open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Digest } from '../../domain/names.ts';
import type { FileEntry, ListingEntry } from '../../protocol/manifest.ts';
import type { ReleaseDirectory } from '../agent-directory.ts';
import { inParallel } from '../in-parallel.ts';
import { fetchChunk, type ChunkFetch } from './fetch-chunk.ts';
import { copySeed, type Seeds } from './seeds.ts';

export interface Fill extends Omit<ChunkFetch, 'onBytes'> {
  readonly seeds: Seeds;
  /** Bytes that came over the network, and that were on this disk already. */
  readonly onBytes: (fetchedBytes: number, reusedBytes: number) => void;
}

const parallelChunks = 4;

/** Brings the files into the staged tree: each is found in a seed, or fetched, and verified before it gets its name. */
export async function fillTree(staged: ReleaseDirectory, files: readonly FileEntry[], fill: Fill): Promise<void> {
  const byDigest = Map.groupBy(files, ({ digest }) => digest);
  await inParallel([...byDigest], parallelChunks, fill.signal, async ([digest, same], signal) => {
    const part = path.join(staged.parts, digest.slice('sha256:'.length));
    const [first, ...others] = same as [FileEntry, ...FileEntry[]];
    await obtain(first, part, { ...fill, signal });
    await place(staged, first, (target) => rename(part, target));
    // Both ends are this release's own, and the first was verified a moment ago.
    for (const other of others)
      await place(staged, other, (target) => copyFile(path.join(staged.tree, first.path), target));
  });
}

/** In `whole-1` the one chunk of a file is the file. */
async function obtain(entry: FileEntry, part: string, fill: Fill): Promise<void> {
  const { digest, sizeBytes } = entry;
  if (sizeBytes === 0) return makeEmpty(part);
  for (const seed of fill.seeds.get(digest as Digest) ?? [])
    if (await copySeed(seed, part, digest)) return fill.onBytes(0, sizeBytes);
  return fetchChunk({ digest, sizeBytes }, part, { ...fill, onBytes: (bytes) => fill.onBytes(bytes, 0) });
}

async function place(
  staged: ReleaseDirectory,
  entry: FileEntry,
  move: (target: string) => Promise<void>,
): Promise<void> {
  const target = path.join(staged.tree, entry.path);
  await mkdir(path.dirname(target), { recursive: true, mode: 0o755 });
  await rm(target, { force: true });
  await move(target);
  // As listed, but for nobody to write.
  await chmod(target, entry.mode & 0o555);
}

async function makeEmpty(file: string): Promise<void> {
  await rm(file, { force: true });
  await (await open(file, 'wx')).close();
}

export const isFile = (entry: ListingEntry): entry is FileEntry => entry.kind === 'file';
