import { createReadStream } from 'node:fs';
import { lstat, readdir, readlink } from 'node:fs/promises';
import path from 'node:path';
import type { Digest } from '../../domain/names.ts';
import { digestStream } from '../../protocol/digest.ts';
import type { FileEntry, ListingEntry } from '../../protocol/manifest.ts';
import { hasCode } from '../durable-files.ts';

/** Digest of a file's content as it is now. */
export async function digestOfFile(file: string): Promise<Digest> {
  const running = digestStream();
  for await (const piece of createReadStream(file, { highWaterMark: 256 * 1024 })) running.update(piece as Buffer);
  return running.digest();
}

/** Neither it nor a folder above it is there. */
export const isAbsent = (error: unknown): boolean => hasCode(error, 'ENOENT') || hasCode(error, 'ENOTDIR');

/** As listed, but for nobody to write. */
export const installedMode = (entry: FileEntry): number => entry.mode & 0o555;

/** Entries that the tree doesn't hold as they are listed: absent, cut off, or with other content or mode. Reads every byte. */
export async function wrongEntries(tree: string, entries: readonly ListingEntry[]): Promise<readonly ListingEntry[]> {
  const wrong: ListingEntry[] = [];
  for (const entry of entries) if (!(await isRight(path.join(tree, entry.path), entry))) wrong.push(entry);
  return wrong;
}

/** What the tree holds besides its listing. */
export async function strayEntries(tree: string, entries: readonly ListingEntry[]): Promise<readonly string[]> {
  const listed = new Set(entries.map((entry) => entry.path));
  const found = await readdir(tree, { recursive: true, withFileTypes: true });
  return found
    .filter((entry) => !entry.isDirectory())
    .map((entry) => path.relative(tree, path.join(entry.parentPath, entry.name)))
    .filter((name) => !listed.has(name));
}

async function isRight(file: string, entry: ListingEntry): Promise<boolean> {
  try {
    const found = await lstat(file);
    if (entry.kind === 'link') return found.isSymbolicLink() && (await readlink(file)) === entry.target;
    // Two agents may have been at it, or a disk that lost its power: a mode is no less a part of the tree than a byte.
    const isListed = found.isFile() && found.size === entry.sizeBytes && (found.mode & 0o777) === installedMode(entry);
    return isListed && (await digestOfFile(file)) === entry.digest;
  } catch (error) {
    if (isAbsent(error)) return false;
    throw error;
  }
}
