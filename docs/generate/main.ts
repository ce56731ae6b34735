/** Writes the pages of `docs/reference/`: `node docs/generate/main.ts`. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { referencePages } from './reference-pages.ts';

const folder = path.resolve(import.meta.dirname, '../reference');
for (const { file, text } of referencePages()) {
  writeFileSync(path.join(folder, file), text);
  process.stdout.write(`docs/reference/${file}\n`);
}
