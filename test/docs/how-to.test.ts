/**
 * The runnable blocks (`sh run`) of README and docs, carried out as a reader would: page after page, each in one shell,
 * against one embedded stack with real hosts.
 */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { documents, fencedBlocks, proseOf, readDocument } from './fenced-blocks.ts';
import { openReader, type Reader } from './reader.ts';

/** In the order in which docs/README.md has them: each goes on with what the ones before left. */
const pages = [
  ...proseOf(readDocument('docs/README.md')).matchAll(/\]\((how-to\/[\w-]+\.md)\).*\(carried out\)$/gm),
].map(([, page]) => `docs/${page}`);

let reader: Reader;

beforeAll(async () => {
  reader = await openReader();
});
afterAll(() => reader?.leave());

test('every page with runnable blocks is carried out, and docs/README.md says so', () => {
  const runnable = documents().filter((document) => fencedBlocks(document).some(({ info }) => info === 'sh run'));
  expect(runnable.map(({ file }) => file).toSorted()).toEqual([...pages].toSorted());
});

test.each(pages)('%s', async (page) => {
  const blocks = fencedBlocks(readDocument(page)).filter(({ info }) => info === 'sh run');
  const { code, output } = await reader.bash(
    blocks.map(({ place, text }) => `echo '--- ${place}'\n${text}`).join('\n'),
  );
  expect(code === 0 ? '' : `exit code ${code}\n${output}`).toBe('');
});
