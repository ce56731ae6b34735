import { constants } from 'node:fs';
import { open, readFile, rename } from 'node:fs/promises';
import path from 'node:path';
import type { Generation } from '../../domain/names.ts';

/**
 * The last generation that was written in a region, in a file of the region's store: a database that is restored from a
 * backup falls behind it (docs/goal-protocol.md §9).
 */
export interface GenerationFile {
  /** `null` when nothing was ever written here. @throws Error when it is there and can't be read */
  read(): Promise<Generation | null>;
  /**
   * Synced before it returns; a lower one changes nothing. Of two programs that raise it at once the lower may be left, which
   * the next write mends.
   */
  raise(generation: Generation): Promise<void>;
}

const name = 'last-generation';

export function openGenerationFile(folder: string): GenerationFile {
  const file = path.join(folder, name);
  const read = async (): Promise<Generation | null> => {
    try {
      const text = (await readFile(file, 'utf8')).trim();
      if (!/^\d{1,15}$/.test(text)) throw new Error(`${file} holds no generation`);
      return Number(text) as Generation;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    }
  };
  const raise = async (generation: Generation): Promise<void> => {
    const last = await read();
    if (last !== null && last >= generation) return;
    await writeSynced(`${file}.${process.pid}`, `${generation}\n`);
    await rename(`${file}.${process.pid}`, file);
    await syncFolder(folder);
  };
  let last: Promise<unknown> = Promise.resolve();
  return {
    read,
    raise(generation) {
      const raised = last.then(() => raise(generation));
      last = raised.catch(() => undefined);
      return raised;
    },
  };
}

async function writeSynced(file: string, text: string): Promise<void> {
  const handle = await open(file, 'w', 0o644);
  try {
    await handle.writeFile(text);
    await handle.datasync();
  } finally {
    await handle.close();
  }
}

/** So that the rename is there after a crash, too. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
