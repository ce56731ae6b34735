import { chmod, copyFile, mkdir, open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Digest } from '../../domain/names.ts';
import type { FileEntry, ListingEntry } from '../../protocol/manifest.ts';
import type { ReleaseDirectory } from '../agent-directory.ts';
import { inParallel } from '../in-parallel.ts';
import { fetchChunk, type ChunkFetch } from './fetch-chunk.ts';
import { copySeed, type Seeds } from './seeds.ts';
import { installedMode } from './tree-check.ts';

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
    await place(staged, first, part);
    for (const other of others) {
      // Both ends are this release's own, and the first was verified a moment ago.
      await rm(part, { force: true });
      await copyFile(path.join(staged.tree, first.path), part);
      await place(staged, other, part);
    }
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

/** A file has its name only when all of it is as listed, its mode too: who finds it by that name goes on from there. */
async function place(staged: ReleaseDirectory, entry: FileEntry, part: string): Promise<void> {
  const target = path.join(staged.tree, entry.path);
  await mkdir(path.dirname(target), { recursive: true, mode: 0o755 });
  await chmod(part, installedMode(entry));
  await rename(part, target);
}

async function makeEmpty(file: string): Promise<void> {
  await rm(file, { force: true });
  await (await open(file, 'wx')).close();
}

export const isFile = (entry: ListingEntry): entry is FileEntry => entry.kind === 'file';
