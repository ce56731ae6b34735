import { readFileSync } from 'node:fs';
import path from 'node:path';

const example = (file: string): string =>
  readFileSync(path.join(import.meta.dirname, '..', '..', 'docs', 'examples', 'change-over', file), 'utf8');

/** What docs/how-to/restart-without-downtime.md tells people to write. */
export const handedServer = example('server.mjs');
export const handedPythonServer = example('server.py');
