import path from 'node:path';
import { createProgram } from '../program.ts';
import { documentSchemas } from './document-schemas.ts';
import { referencePage } from './reference-page.ts';

const folder = path.resolve(import.meta.dirname, '../../docs/reference');

/** What is made, and where it is kept. */
export function referenceFiles(): Readonly<Record<string, string>> {
  const program = createProgram(Object.assign(async () => {}, { here: async () => {} }));
  return {
    [path.join(folder, 'cli.md')]: referencePage(program),
    [path.join(folder, 'cli-documents.json')]: documentSchemas(),
  };
}
