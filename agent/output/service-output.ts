import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { ServiceDirectory } from '../agent-directory.ts';
import { openOutputFile, outputName, type Piece } from './output-file.ts';

/** The output of a service's instances on this host, of whichever place they run in. */
export interface ServiceOutput {
  /** The last lines where something was written last; `null` when there never was any output. To be called first, once. */
  tail(lines: number): Promise<string | null>;
  /** What follows, of both places: while one instance takes over from another both write. */
  more(): Promise<Piece | null>;
  close(): Promise<void>;
}

export function openServiceOutput({ logs, second }: ServiceDirectory): ServiceOutput {
  const places = [logs, second.logs].map((folder) => ({ folder, output: openOutputFile(folder) }));
  return {
    async tail(lines) {
      const tails = await Promise.all(
        places.map(async ({ folder, output }) => ({ text: await output.tail(lines), at: await writtenAt(folder) })),
      );
      return tails.filter(({ text }) => text !== null).toSorted((one, other) => other.at - one.at)[0]?.text ?? null;
    },
    async more() {
      for (const { output } of places) {
        const piece = await output.more();
        if (piece !== null) return piece;
      }
      return null;
    },
    async close() {
      await Promise.all(places.map(({ output }) => output.close()));
    },
  };
}

const writtenAt = (folder: string): Promise<number> =>
  stat(path.join(folder, outputName)).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );
