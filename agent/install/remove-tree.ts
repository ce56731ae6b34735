import { chmod, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { hasCode } from '../durable-files.ts';

/** In a staging folder: what is no release any more, and goes. */
export const removedName = 'removed';

/** Removes a folder whose own folders may be read-only. */
export async function removeTree(root: string): Promise<void> {
  await makeWritable(root);
  await rm(root, { recursive: true, force: true });
}

/** Lets entries of all folders below be made and removed. Links are not followed. */
export async function makeWritable(root: string): Promise<void> {
  try {
    await chmod(root, 0o755);
    for (const entry of await readdir(root, { withFileTypes: true })) {
      if (entry.isDirectory()) await makeWritable(path.join(root, entry.name));
    }
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error;
  }
}
