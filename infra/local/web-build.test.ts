import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { buildPages } from './web-build.ts';

let parent: string;
let folder: string;

beforeAll(async () => {
  parent = await mkdtemp(path.join(tmpdir(), 'slipway-web-build-'));
  folder = path.join(parent, 'pages');
  await buildPages(folder);
});
afterAll(() => rm(parent, { recursive: true }));

test('the first load is 200 KB at most, compressed', async () => {
  const files = await readdir(folder, { recursive: true, withFileTypes: true });
  const contents = files.filter((each) => each.isFile()).map((each) => readFile(path.join(each.parentPath, each.name)));
  const sizes = (await Promise.all(contents)).map((content) => gzipSync(content).length);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(200_000);
});

test('the page holds no script and no style of its own, and names nothing elsewhere', async () => {
  const page = await readFile(path.join(folder, 'index.html'), 'utf8');
  expect(page).not.toMatch(/<style|style="|<script(?![^>]* src=)|https?:/);
});

test('pages that were built of the same sources are left as they are', async () => {
  const before = await stat(path.join(folder, 'index.html'));
  await buildPages(folder);
  expect((await stat(path.join(folder, 'index.html'))).ino).toBe(before.ino);
  expect(await readdir(parent)).toEqual(['pages']);
});
