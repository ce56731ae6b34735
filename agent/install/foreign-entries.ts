import { lstat, readdir, readlink } from 'node:fs/promises';
import path from 'node:path';
import type { ListingEntry } from '../../protocol/manifest.ts';
import type { ReleaseDirectory } from '../agent-directory.ts';
import { isAbsent } from './tree-check.ts';

/**
 * What stands where a release is brought together and no attempt at it has left there: a link that it doesn't list, or what is
 * neither file nor folder. Who wrote through it would write elsewhere, with the agent's rights. `null` when there is none.
 */
export async function foreignEntry(staged: ReleaseDirectory, entries: readonly ListingEntry[]): Promise<string | null> {
  const links = new Map(entries.flatMap((entry) => (entry.kind === 'link' ? [[entry.path, entry.target]] : [])));
  try {
    if (!(await lstat(staged.root)).isDirectory()) return staged.root;
    for (const entry of await readdir(staged.root, { recursive: true, withFileTypes: true })) {
      if (entry.isFile() || entry.isDirectory()) continue;
      const file = path.join(entry.parentPath, entry.name);
      const listed = links.get(path.relative(staged.tree, file));
      if (listed === undefined || !entry.isSymbolicLink() || (await readlink(file)) !== listed) return file;
    }
    return null;
  } catch (error) {
    if (isAbsent(error)) return null;
    throw error;
  }
}
