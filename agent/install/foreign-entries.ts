import { lstat, readdir, readlink } from 'node:fs/promises';
import path from 'node:path';
import type { ListingEntry } from '../../protocol/manifest.ts';
import type { ReleaseDirectory } from '../agent-directory.ts';
import { isAbsent } from './tree-check.ts';

/**
 * Whether something stands where a release is brought together that no attempt at it has left: a link that it doesn't list,
 * or what is neither file nor folder. Who wrote through it would write elsewhere, with the agent's rights.
 */
export async function holdsForeign(staged: ReleaseDirectory, entries: readonly ListingEntry[]): Promise<boolean> {
  const links = new Map(entries.flatMap((entry) => (entry.kind === 'link' ? [[entry.path, entry.target]] : [])));
  try {
    if (!(await lstat(staged.root)).isDirectory()) return true;
    for (const entry of await readdir(staged.root, { recursive: true, withFileTypes: true })) {
      if (entry.isFile() || entry.isDirectory()) continue;
      const file = path.join(entry.parentPath, entry.name);
      const listed = links.get(path.relative(staged.tree, file));
      if (listed === undefined || !entry.isSymbolicLink() || (await readlink(file)) !== listed) return true;
    }
    return false;
  } catch (error) {
    if (isAbsent(error)) return false;
    throw error;
  }
}
