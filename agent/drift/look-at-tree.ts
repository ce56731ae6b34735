import { lstat, open, readlink } from 'node:fs/promises';
import path from 'node:path';
import type { Difference } from '../../domain/host/drift.ts';
import { digestStream } from '../../protocol/digest.ts';
import type { FileEntry, ListingEntry } from '../../protocol/manifest.ts';
import { hasCode } from '../durable-files.ts';
import { installedMode } from '../install/tree-check.ts';
import { listedNames, lookAtFolders } from './look-at-folders.ts';
import type { Pace } from './pace.ts';
import { printOf, type TreePrints } from './tree-prints.ts';
import { permissions, whatIsWrong, type Unseen } from './what-is-wrong.ts';

export interface Look {
  readonly differences: readonly Difference[];
  /** Of the files whose bytes are right. */
  readonly prints: ReadonlyMap<string, string>;
  /** What nobody could look at just now. Of that nothing is known. */
  readonly unseen: readonly Unseen[];
}

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
  const unseen: Unseen[] = [];
  for (const entry of entries) {
    const file = path.join(tree, entry.path);
    const before = reread.has(entry.path) ? undefined : known.get(entry.path);
    const found =
      entry.kind === 'link' ? await lookAtLink(file, entry.target) : await lookAtFile(file, entry, before, pace);
    if ('what' in found) differences.push({ path: entry.path, what: found.what });
    else if ('unseen' in found) unseen.push({ path: entry.path, code: found.unseen });
    else if (found.print !== null) prints.set(entry.path, found.print);
    await pace.step();
  }
  const folders = await lookAtFolders(tree, listedNames(entries), pace);
  return {
    differences: [...differences, ...folders.differences].toSorted((a, b) => (a.path < b.path ? -1 : 1)),
    prints,
    unseen: [...unseen, ...folders.unseen],
  };
}

type Found = { readonly what: Difference['what'] } | { readonly print: string | null } | { readonly unseen: string };

async function lookAtLink(file: string, target: string): Promise<Found> {
  try {
    return (await readlink(file)) === target ? { print: null } : { what: 'target' };
  } catch (error) {
    if (hasCode(error, 'EINVAL')) return { what: 'kind' };
    return whatIsWrong(error);
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
    return whatIsWrong(error);
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
