import { mkdir, open, readFile, rename } from 'node:fs/promises';
import path from 'node:path';
import { syncFolderOf } from '../stores/write-once.ts';

/** Replaces a small file so that, after any crash, it holds the old or the new text whole. */
export async function writeWhole(file: string, text: string, mode: number): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  const temporary = `${file}.${process.pid}.tmp`;
  const handle = await open(temporary, 'w', mode);
  try {
    await handle.chmod(mode); // the mode of open() is cut by the umask, and ignored for a file that is there
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(temporary, file);
  await syncFolderOf(file);
}

/** Null when there is no such file. */
export async function readTextIfThere(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
