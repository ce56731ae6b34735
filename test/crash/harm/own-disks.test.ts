import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { makeOwnDisks, unmountEarlier, type OwnDisks } from './own-disks.ts';

let folder: string;
let disks: OwnDisks;
const ofRoot = process.getuid?.() === 0 ? describe : describe.skip;
const mounted = (): boolean => readFileSync('/proc/self/mounts', 'utf8').includes(` ${folder}/`);

ofRoot('disks of their own (they need root)', () => {
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'slipway-disks-'));
    const at = (name: string) => ({ folder: path.join(folder, name), sizeMiB: 4 });
    disks = await makeOwnDisks(new Map(['one', 'two'].map((name) => [name, at(name)])));
  });
  afterEach(async () => {
    await unmountEarlier(folder);
    await rm(folder, { recursive: true });
  });

  const write = (name: string): Promise<void> => writeFile(path.join(folder, name, 'file'), 'one page');

  test('a full one takes not a byte, another one does, and it does again when it is emptied', async () => {
    await write('one');
    const empty = await disks.fill('one');
    await expect(writeFile(path.join(folder, 'one', 'another'), 'x')).rejects.toMatchObject({ code: 'ENOSPC' });
    await write('two');
    await empty();
    await writeFile(path.join(folder, 'one', 'another'), 'x');
    expect(readFileSync(path.join(folder, 'one', 'file'), 'utf8')).toBe('one page');
  });

  test('they are gone when they are closed, and so are those that nobody has closed', async () => {
    expect(mounted()).toBe(true);
    await disks.close();
    expect(mounted()).toBe(false);
    disks = await makeOwnDisks(new Map([['one', { folder: path.join(folder, 'one'), sizeMiB: 4 }]]));
    await unmountEarlier(folder);
    expect(mounted()).toBe(false);
  });
});
