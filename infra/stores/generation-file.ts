import path from 'node:path';
import type { Generation } from '../../domain/names.ts';
import { readTextIfThere, writeWhole } from '../keys/write-whole.ts';

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
    const text = (await readTextIfThere(file))?.trim() ?? null;
    if (text !== null && !/^\d{1,15}$/.test(text)) throw new Error(`${file} holds no generation`);
    return text === null ? null : (Number(text) as Generation);
  };
  const raise = async (generation: Generation): Promise<void> => {
    const last = await read();
    if (last !== null && last >= generation) return;
    await writeWhole(file, `${generation}\n`, 0o644);
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
