import path from 'node:path';

/**
 * What Node runs as a keeper, before its one JSON argument. In the one file that hosts get, this module and the keeper are
 * parts of that file (agent/bundle/).
 */
export const keeperCommand: readonly string[] = import.meta.filename.endsWith('keeper-command.ts')
  ? [path.join(import.meta.dirname, 'keeper.mjs')]
  : [import.meta.filename, 'keeper'];
