import { lstat, open, readdir, readlink } from 'node:fs/promises';
import path from 'node:path';
import type { Difference } from '../../domain/host/drift.ts';
import { digestStream } from '../../protocol/digest.ts';
import type { FileEntry, ListingEntry } from '../../protocol/manifest.ts';
import { hasCode } from '../durable-files.ts';
import { installedMode, isAbsent } from '../install/tree-check.ts';
import type { Pace } from './pace.ts';
import { printOf, type TreePrints } from './tree-prints.ts';

export interface Look {
  readonly differences: readonly Difference[];
  /** Of the files whose bytes are right. */
  readonly prints: ReadonlyMap<string, string>;
}

/** Folders of an installed tree, and what a listed file's mode comes to: nobody is to write. */
const folderMode = 0o555;
const permissions = 0o7777;

/**
 * Compares a tree with its listing. A file whose print is as it was is taken to be right; another, and those of `reread`, are
 * read. Nothing is changed, and the signed listing alone says what is right.
 */
export async function lookAtTree(
  tree: string,
  entries: readonly ListingEntry[],
  known: TreePrints,
  reread: ReadonlySet<string>,
  pace: Pace,
): Promise<Look> {
  const differences: Difference[] = [];
  const prints = new Map<string, string>();
  for (const entry of entries) {
    const file = path.join(tree, entry.path);
    const before = reread.has(entry.path) ? undefined : known.get(entry.path);
    const found =
      entry.kind === 'link' ? await lookAtLink(file, entry.target) : await lookAtFile(file, entry, before, pace);
    if ('what' in found) differences.push({ path: entry.path, what: found.what });
    else if (found.print !== null) prints.set(entry.path, found.print);
    await pace.step();
  }
  differences.push(...(await lookAtFolders(tree, listedNames(entries), pace)));
  return { differences: differences.toSorted((a, b) => (a.path < b.path ? -1 : 1)), prints };
}

type Found = { readonly what: Difference['what'] } | { readonly print: string | null };

async function lookAtLink(file: string, target: string): Promise<Found> {
  try {
    return (await readlink(file)) === target ? { print: null } : { what: 'target' };
  } catch (error) {
    if (hasCode(error, 'EINVAL')) return { what: 'kind' };
    return { what: isAbsent(error) ? 'absent' : 'unreadable' };
  }
}

async function lookAtFile(file: string, entry: FileEntry, before: string | undefined, pace: Pace): Promise<Found> {
  try {
    const stats = await lstat(file, { bigint: true });
    if (!stats.isFile()) return { what: 'kind' };
    if ((Number(stats.mode) & permissions) !== installedMode(entry)) return { what: 'mode' };
    if (stats.size !== BigInt(entry.sizeBytes)) return { what: 'content' };
    const print = printOf(stats);
    if (print === before) return { print };
    if ((await readSlowly(file, pace)) !== entry.digest) return { what: 'content' };
    // One that was written while it was read is read again next time.
    return { print: printOf(await lstat(file, { bigint: true })) === print ? print : null };
  } catch (error) {
    return { what: isAbsent(error) ? 'absent' : 'unreadable' };
  }
}

const pieceBytes = 1024 * 1024;

async function readSlowly(file: string, pace: Pace): Promise<string> {
  const running = digestStream();
  const handle = await open(file, 'r');
  try {
    const piece = Buffer.allocUnsafe(pieceBytes);
    for (;;) {
      const { bytesRead } = await handle.read(piece, 0, pieceBytes);
      if (bytesRead === 0) return running.digest();
      running.update(piece.subarray(0, bytesRead));
      await pace.read(bytesRead);
    }
  } finally {
    await handle.close();
  }
}

/** Of entries, and of the folders that they lie in. */
function listedNames(entries: readonly ListingEntry[]): ReadonlySet<string> {
  const names = new Set(entries.map((entry) => entry.path));
  for (const entry of entries)
    for (let folder = path.dirname(entry.path); folder !== '.' && !names.has(folder); folder = path.dirname(folder))
      names.add(folder);
  return names;
}

/** Everything that isn't listed, and folders that somebody may write to. */
async function lookAtFolders(tree: string, listed: ReadonlySet<string>, pace: Pace): Promise<readonly Difference[]> {
  const differences: Difference[] = [];
  const waiting = [''];
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    const here = path.join(tree, folder);
    const stats = await lstat(here).catch(() => null);
    if (stats === null || !stats.isDirectory()) continue;
    if ((stats.mode & permissions) !== folderMode) differences.push({ path: folder || '.', what: 'mode' });
    for (const entry of await readdir(here, { withFileTypes: true }).catch(() => [])) {
      const name = path.join(folder, entry.name);
      if (!listed.has(name)) differences.push({ path: name, what: 'unlisted' });
      else if (entry.isDirectory()) waiting.push(name);
      await pace.step();
    }
  }
  return differences;
}
