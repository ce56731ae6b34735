import { readdir, rm, statfs } from 'node:fs/promises';
import path from 'node:path';
import { HostCannotError } from '../keeper/host-cannot.ts';

/** Where files of secrets lie unless the host says otherwise. */
export const usualMemoryFolder = '/dev/shm';

/** statfs(2) */
const inMemory: ReadonlySet<number> = new Set([0x01021994, 0x858458f6]);

/** @throws HostCannotError unless what is written there stays in memory */
export async function checkMemoryFolder(folder: string): Promise<void> {
  const found = await statfs(folder).catch((error: NodeJS.ErrnoException) => error.code ?? 'unknown');
  if (typeof found === 'string')
    throw new HostCannotError(`files of secrets can't lie in ${folder} (${found}): see SLIPWAY_MEMORY_FOLDER`);
  if (!inMemory.has(found.type))
    throw new HostCannotError(
      `${folder} is on a disk, and files of secrets lie in memory only: see SLIPWAY_MEMORY_FOLDER`,
    );
}

/** Where the files of an instance lie. Its id is used once, so nobody can have made the folder before. */
export const instanceFiles = (folder: string, instance: string): string =>
  path.join(folder, `slipway.${instance.replaceAll('/', '.')}`);

/** What killed keepers left of a host that is taken down. */
export async function removeFilesOf(mark: string, folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  const left = names.filter((name) => name.startsWith(`slipway.${mark}.`));
  for (const name of left) await rm(path.join(folder, name), { recursive: true, force: true }).catch(() => undefined);
}
