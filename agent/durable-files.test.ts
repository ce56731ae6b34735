import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { replaceFile } from './durable-files.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'slipway-durable-'));
});
afterEach(() => {
  spawnSync('umount', ['-l', folder], { stdio: 'ignore' });
  rmSync(folder, { recursive: true });
});

const mounted = process.getuid?.() === 0 ? it : it.skip;
mounted('a file that a full disk does not take stays what it was, and the attempt keeps no space', async () => {
  expect(spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder]).status).toBe(0);
  const file = path.join(folder, 'file');
  await replaceFile(file, 'old');
  await expect(replaceFile(file, 'x'.repeat(100_000))).rejects.toThrow('ENOSPC');
  expect(readdirSync(folder)).toEqual(['file']);
  expect(readFileSync(file, 'utf8')).toBe('old');
  await replaceFile(file, 'x'.repeat(40_000));
});

it('a file takes the place of a folder that somebody made there', async () => {
  const file = path.join(folder, 'file');
  mkdirSync(path.join(file, 'in it'), { recursive: true });
  await replaceFile(file, 'new');
  expect(readdirSync(folder)).toEqual(['file']);
  expect(readFileSync(file, 'utf8')).toBe('new');
});
