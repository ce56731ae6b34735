import { expect, test } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { clientFile, clientSource } from './generate.ts';

test('the committed client is made of the API as it is: run `node web/client/generate.ts`', async () => {
  expect(await readFile(clientFile, 'utf8')).toBe(await clientSource());
});
