import type { Dirent } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import path from 'node:path';
import type { Difference } from '../../domain/host/drift.ts';
import type { ListingEntry } from '../../protocol/manifest.ts';
import type { Pace } from './pace.ts';
import { permissions, whatIsWrong, type Unseen } from './what-is-wrong.ts';

/** Of an installed tree: nobody is to write. */
const folderMode = 0o555;

export interface FolderLook {
  readonly differences: readonly Difference[];
  readonly unseen: readonly Unseen[];
}

/** Of entries, and of the folders that they lie in. */
export function listedNames(entries: readonly ListingEntry[]): ReadonlySet<string> {
  const names = new Set(entries.map((entry) => entry.path));
  for (const entry of entries)
    for (let folder = path.dirname(entry.path); folder !== '.' && !names.has(folder); folder = path.dirname(folder))
      names.add(folder);
  return names;
}

/** Everything that isn't listed, and folders that somebody may write to. */
export async function lookAtFolders(tree: string, listed: ReadonlySet<string>, pace: Pace): Promise<FolderLook> {
  const differences: Difference[] = [];
  const unseen: Unseen[] = [];
  const waiting = [''];
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    const found = await readFolder(path.join(tree, folder));
    if ('unseen' in found) unseen.push({ path: folder || '.', code: found.unseen });
    if ('what' in found && found.what === 'unreadable') differences.push({ path: folder || '.', what: found.what });
    if (!('entries' in found)) continue;
    if (found.mode !== folderMode) differences.push({ path: folder || '.', what: 'mode' });
    for (const entry of found.entries) {
      const name = path.join(folder, entry.name);
      if (!listed.has(name)) differences.push({ path: name, what: 'unlisted' });
      else if (entry.isDirectory()) waiting.push(name);
      await pace.step();
    }
  }
  return { differences, unseen };
}

type FoundFolder =
  | { readonly mode: number; readonly entries: readonly Dirent[] }
  /** Of what isn't there, or is no folder, all that is listed below it was found absent. */
  | { readonly what: Difference['what'] }
  | { readonly unseen: string };

async function readFolder(folder: string): Promise<FoundFolder> {
  try {
    const stats = await lstat(folder);
    if (!stats.isDirectory()) return { what: 'kind' };
    return { mode: stats.mode & permissions, entries: await readdir(folder, { withFileTypes: true }) };
  } catch (error) {
    return whatIsWrong(error);
  }
}
