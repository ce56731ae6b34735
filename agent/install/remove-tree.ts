import { chmod, lstat, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { hasCode } from '../durable-files.ts';

/** In a staging folder: what is no release any more, and goes. */
export const removedName = 'removed';

/** Removes a folder whose own folders may be read-only, or whatever else has the name. */
export async function removeTree(root: string): Promise<void> {
  await makeWritable(root);
  await rm(root, { recursive: true, force: true });
}

/** Lets entries of all folders below be made and removed. Links are not followed, and what is no folder is left as it is. */
export async function makeWritable(root: string): Promise<void> {
  try {
    if ((await lstat(root)).isDirectory()) await makeFolderWritable(root);
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error;
  }
}

async function makeFolderWritable(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { withFileTypes: true }))
    if (entry.isDirectory()) await makeWritable(path.join(folder, entry.name));
}
