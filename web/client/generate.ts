/** Writes `api.ts` anew, the client of the pages: `node web/client/generate.ts`, after the API has changed. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { generateSource } from 'oazapfts';
import { openApiDocument } from '../../protocol/api/openapi.ts';

/** What stands in `api.ts`: types of all that is on the wire, and a function for each operation. */
export async function clientSource(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'slipway-openapi-'));
  try {
    const file = path.join(folder, 'openapi.json');
    // The version of the program is none of the client's business.
    await writeFile(file, JSON.stringify(openApiDocument('v1')));
    return await generateSource(file, { optimistic: true, allSchemas: true, useUnknown: true });
  } finally {
    await rm(folder, { recursive: true });
  }
}

export const clientFile = path.join(import.meta.dirname, 'api.ts');

if (import.meta.main) await writeFile(clientFile, await clientSource());
