import path from 'node:path';

/** A keeper idles for weeks beside every service: without these it holds 8 MiB more (docs/results.md). */
const smallFlags = ['--max-semi-space-size=1', '--single-threaded', '--v8-pool-size=0'];

/**
 * What Node runs as a keeper, before its one JSON argument. In the one file that hosts get, this module and the keeper are
 * parts of that file (agent/bundle/).
 */
export const keeperCommand: readonly string[] = [
  ...smallFlags,
  ...(import.meta.filename.endsWith('keeper-command.ts')
    ? [path.join(import.meta.dirname, 'keeper.mjs')]
    : [import.meta.filename, 'keeper']),
];
