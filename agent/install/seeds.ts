import { constants } from 'node:fs';
import { copyFile, lstat, readFile, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Digest } from '../../domain/names.ts';
import type { ListingEntry } from '../../protocol/manifest.ts';
import { nameDigest, type ServiceDirectory } from '../agent-directory.ts';
import { hasCode, isDiskFull } from '../durable-files.ts';
import { digestOfFile } from './tree-check.ts';

/** Files of releases that are on disk already, by digest: the same bytes need not come over the network again. One may be damaged. */
export type Seeds = ReadonlyMap<Digest, readonly string[]>;

/** Of one digest; the same file often stands in every release. */
const mostSeeds = 3;

export async function findSeeds(directory: ServiceDirectory): Promise<Seeds> {
  const seeds = new Map<Digest, string[]>();
  for (const name of await namesIn(directory.releases)) {
    const { documents, tree } = directory.release(nameDigest(name));
    for (const entry of await readListing(path.join(documents, 'listing'))) {
      if (entry.kind !== 'file') continue;
      const known = seeds.get(entry.digest);
      if (known === undefined) seeds.set(entry.digest, [path.join(tree, entry.path)]);
      else if (known.length < mostSeeds) known.push(path.join(tree, entry.path));
    }
  }
  return seeds;
}

/**
 * Copies a seed, sharing its blocks where the file system can; never a hard link, through which a service could change
 * another release. False, and nothing left behind, when the seed isn't what its release says any more, or can't be read.
 */
export async function copySeed(seed: string, target: string, digest: Digest): Promise<boolean> {
  await rm(target, { force: true });
  // Whoever opened a pipe would wait for ever.
  if (!(await isPlainFile(seed))) return false;
  try {
    await copyFile(seed, target, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL);
  } catch (error) {
    if (isDiskFull(error) || ['EROFS', 'EMFILE', 'ENFILE'].some((code) => hasCode(error, code))) throw error;
    await rm(target, { force: true });
    return false;
  }
  if ((await digestOfFile(target)) === digest) return true;
  await rm(target);
  return false;
}

const isPlainFile = (file: string): Promise<boolean> =>
  lstat(file).then(
    (found) => found.isFile(),
    () => false,
  );

async function namesIn(directory: string): Promise<readonly string[]> {
  try {
    return await readdir(directory);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return [];
    throw error;
  }
}

/** Of a release that was verified when it was written; a damaged one is no seed. */
async function readListing(file: string): Promise<readonly ListingEntry[]> {
  try {
    const lines = (await readFile(file, 'utf8')).split('\n').filter((line) => line !== '');
    return lines.map((line) => JSON.parse(line) as ListingEntry);
  } catch {
    return [];
  }
}
