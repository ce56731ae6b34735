/** Writes docs/reference: `node infra/local/launcher.mjs cli/reference/write-reference.ts`, after a command has changed. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { referenceFiles } from './files.ts';

for (const [file, content] of Object.entries(referenceFiles())) {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, content);
}
