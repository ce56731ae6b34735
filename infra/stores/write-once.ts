import { randomUUID } from 'node:crypto';
import { link, mkdir, open, readdir, stat, unlink, type FileHandle } from 'node:fs/promises';
import path from 'node:path';

/** Untouched for this long, a temporary file belongs to no living writer. */
const abandonedAfterMs = 24 * 3600 * 1000;

/**
 * Makes a file that nobody ever sees in part: written aside, synced, linked to its name, the folder synced. Of several
 * writers of one name the first wins and the others answer `present`. Whatever `write` throws, nothing stays.
 */
export async function writeOnce(
  { temporaryFolder, file }: { readonly temporaryFolder: string; readonly file: string },
  write: (handle: FileHandle) => Promise<void>,
): Promise<'stored' | 'present'> {
  const temporary = path.join(temporaryFolder, randomUUID());
  try {
    const handle = await open(temporary, 'wx', 0o444);
    try {
      await write(handle);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await makeFolder(path.dirname(file));
    return await linkOnce(temporary, file);
  } finally {
    await unlink(temporary).catch(() => undefined);
  }
}

/** For a name that is there: durable before anybody relies on it, also when its writer has not come to that yet. */
export const syncFolderOf = (file: string): Promise<void> => syncFolder(path.dirname(file));

/** What killed writers left behind. */
export async function removeAbandoned(temporaryFolder: string): Promise<void> {
  for (const name of await readdir(temporaryFolder)) {
    const file = path.join(temporaryFolder, name);
    const touched = await stat(file).then(
      ({ mtimeMs }) => mtimeMs,
      () => Infinity,
    );
    if (Date.now() - touched > abandonedAfterMs) await unlink(file).catch(() => undefined);
  }
}

async function linkOnce(temporary: string, file: string): Promise<'stored' | 'present'> {
  // link(2) refuses a name that is taken; rename(2) would replace it.
  const outcome = await link(temporary, file).then(
    () => 'stored' as const,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') return 'present' as const;
      throw error;
    },
  );
  await syncFolderOf(file);
  return outcome;
}

async function makeFolder(folder: string): Promise<void> {
  const made = await mkdir(folder, { recursive: true });
  if (made !== undefined) await syncFolder(path.dirname(folder));
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
