import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { hasCode, syncDirectory, syncPath } from '../durable-files.ts';

/** One fsync a file is fine up to here; beyond it costs minutes where one syncfs takes seconds (ostreedev/ostree#49). */
const fewFiles = 256;

/** What was written may not be on disk, and no second fsync would say so: it must be made anew. */
export class SyncError extends Error {
  override readonly name = 'SyncError';
  readonly code = 'sync';
}

/** A folder's content is on disk, or this throws. @throws SyncError */
export async function syncTree(root: string): Promise<void> {
  try {
    await syncAll(root);
  } catch (error) {
    throw new SyncError(`the release could not be synced: ${(error as Error).message}`, { cause: error });
  }
}

async function syncAll(root: string): Promise<void> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  if (entries.length > fewFiles && (await syncFileSystem(root))) return;
  const paths = entries.map((entry) => ({ entry, name: path.join(entry.parentPath, entry.name) }));
  for (const { entry, name } of paths) if (entry.isFile()) await syncPath(name);
  // Bottom up: a folder after all that is in it.
  const folders = paths.filter(({ entry }) => entry.isDirectory()).map(({ name }) => name);
  for (const folder of folders.sort((a, b) => b.length - a.length)) await syncDirectory(folder);
  await syncDirectory(root);
}

/** `sync -f` is syncfs(2), which Node doesn't offer. False where there is no such command. */
async function syncFileSystem(root: string): Promise<boolean> {
  const child = spawn('sync', ['-f', root], { stdio: 'ignore' });
  try {
    const [code] = (await once(child, 'exit')) as [number | null];
    if (code === 0) return true;
    throw new Error(`sync -f ended with code ${code}`);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return false;
    throw error;
  }
}
