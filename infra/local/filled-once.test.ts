import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { filledOnce } from './filled-once.ts';

let scratch: string;
beforeEach(async () => void (scratch = await mkdtemp(path.join(tmpdir(), 'slipway-filled-'))));
afterEach(() => rm(scratch, { recursive: true, force: true }));

const write = (content: string) => (staging: string) => writeFile(path.join(staging, 'file'), content);

test('a filled folder is not filled again', async () => {
  const folder = path.join(scratch, 'deep/tool');
  await filledOnce(folder, write('first'));
  await filledOnce(folder, write('second'));
  expect(await readFile(path.join(folder, 'file'), 'utf8')).toBe('first');
});

test('a fill that fails leaves nothing, and the next one succeeds', async () => {
  const folder = path.join(scratch, 'tool');
  const failing = filledOnce(folder, async (staging) => {
    await write('half')(staging);
    throw new Error('connection lost');
  });
  await expect(failing).rejects.toThrow('connection lost');
  expect(await readdir(scratch)).toEqual([]);
  await filledOnce(folder, write('whole'));
  expect(await readdir(scratch)).toEqual(['tool']);
});

test('of several at the same time one wins, all succeed, and nothing is left over', async () => {
  const folder = path.join(scratch, 'tool');
  await Promise.all(['a', 'b', 'c', 'd'].map((content) => filledOnce(folder, write(content))));
  expect(await readdir(scratch)).toEqual(['tool']);
  expect(await readFile(path.join(folder, 'file'), 'utf8')).toMatch(/^[abcd]$/);
});
