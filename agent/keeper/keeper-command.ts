import { statSync } from 'node:fs';
import path from 'node:path';

/** A keeper idles for weeks beside every service: without these it holds 8 MiB more, and some 5 more after many starts (docs/results.md). */
const smallFlags = ['--max-semi-space-size=1', '--single-threaded', '--v8-pool-size=0', '--expose-gc'];

/**
 * What Node runs as a keeper, before its one JSON argument. In the one file that hosts get, this module and the keeper are
 * parts of that file (agent/bundle/).
 */
const program: readonly [string, ...string[]] = import.meta.filename.endsWith('keeper-command.ts')
  ? [path.join(import.meta.dirname, 'keeper.mjs')]
  : [import.meta.filename, 'keeper'];
export const keeperCommand: readonly string[] = [...smallFlags, ...program];

/** Which code that is: a keeper of another one is replaced when no instance runs in it. */
export const keeperBuild = buildOf(program[0]);

function buildOf(file: string): string {
  const { size, mtimeMs } = statSync(file);
  return `${file} ${size} ${Math.round(mtimeMs)}`;
}
