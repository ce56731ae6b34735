import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { chunkBytes } from '../../domain/log-reading/limits.ts';
import { openOutputFile, type OutputFile } from './output-file.ts';

let folder: string;
let file: string;
let output: OutputFile;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'slipway-output-'));
  file = path.join(folder, 'instance.log');
  output = openOutputFile(folder);
});
afterEach(async () => {
  await output.close();
  rmSync(folder, { recursive: true });
});

const write = (text: string): void => appendFileSync(file, text);
/** As keeper/keeper.mjs does, of three files. */
function rotate(): void {
  for (const n of [1]) if (existsSync(`${file}.${n}`)) renameSync(`${file}.${n}`, `${file}.${n + 1}`);
  renameSync(file, `${file}.1`);
}
/** All that there is now. */
async function rest(): Promise<{ text: string; gap: boolean }> {
  let [text, gap] = ['', false];
  for (let empty = 0; empty < 3;) {
    const piece = await output.more();
    empty = piece === null ? empty + 1 : 0;
    text += piece?.text ?? '';
    gap ||= piece?.gap ?? false;
  }
  return { text, gap };
}

test('the last lines are those of the rotated file too, where the newest has fewer', async () => {
  write('one\ntwo\n');
  rotate();
  write('three\n');
  expect(await output.tail(2)).toBe('two\nthree\n');
  expect(await output.more()).toBeNull();
});

test('where nothing was ever written there are no lines, and what comes then is followed', async () => {
  expect(await output.tail(10)).toBeNull();
  write('first\n');
  expect(await rest()).toEqual({ text: 'first\n', gap: false });
});

test('what was written before and after any number of rotations is read once, in order', async () => {
  write('old\n');
  await output.tail(0);
  write('a\n');
  rotate();
  write('b\n');
  rotate();
  write('c\n');
  expect(await rest()).toEqual({ text: 'a\nb\nc\n', gap: false });
});

test('of output that was rotated away before it was read it is said that it is missing; what is open is read to its end', async () => {
  write('old\n');
  await output.tail(0);
  for (const text of ['open\n', 'lost\n', 'kept\n', 'last\n']) {
    write(text);
    rotate();
  }
  write('now\n');
  expect(await rest()).toEqual({ text: 'open\nkept\nlast\nnow\n', gap: true });
});

test('a line without an end waits for it, and no longer than nothing is added', async () => {
  write('');
  await output.tail(0);
  write('be');
  expect(await output.more()).toBeNull();
  write('gun\nno end');
  expect(await output.more()).toEqual({ text: 'begun\n', gap: false });
  expect(await output.more()).toEqual({ text: 'no end', gap: false });
});

test('a piece is never larger than a chunk, and no character is cut', async () => {
  write('');
  await output.tail(0);
  write(`${'é'.repeat(chunkBytes)}\n`);
  const piece = await output.more();
  expect(Buffer.byteLength(piece!.text)).toBeLessThanOrEqual(chunkBytes);
  expect(piece!.text + (await rest()).text).toBe(`${'é'.repeat(chunkBytes)}\n`);
});

test('more than a mebibyte behind it goes to the end, and says so', async () => {
  write('');
  await output.tail(0);
  write('x'.repeat(2 * 1024 * 1024));
  write('\nlast\n');
  const { text, gap } = await rest();
  expect(gap).toBe(true);
  expect(text.length).toBeLessThan(chunkBytes);
  expect(text).toMatch(/\nlast\n$/);
});

test('a link in the place of a file is not followed', async () => {
  const secret = path.join(folder, 'secret');
  writeFileSync(secret, 'secret\n');
  symlinkSync(secret, file);
  await expect(output.tail(10)).rejects.toThrow('ELOOP');
});

test('a file that was cut short is read on from its new end', async () => {
  write('one\ntwo\n');
  await output.tail(0);
  truncateSync(file, 0);
  expect(await output.more()).toBeNull();
  write('new\n');
  expect((await rest()).text).toContain('new\n');
});
