import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openScratch, ScratchError } from './scratch-folder.ts';

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(path.join(tmpdir(), 'slipway-scratch-'))));
afterEach(() => rm(folder, { recursive: true }));

test('what a killed worker left is cleared away: its workspaces, and processes that run in them', async () => {
  const left = path.join(folder, 'workspaces', 'left');
  await mkdir(path.join(left, 'source'), { recursive: true });
  await writeFile(path.join(left, 'source', 'file'), 'half');
  const orphan = spawn('sleep', ['300'], {
    env: { PATH: process.env['PATH'], SLIPWAY_WORKSPACE: left },
    detached: true,
  });
  const ended = once(orphan, 'exit');
  const stranger = spawn('sleep', ['300'], {
    env: { PATH: process.env['PATH'], SLIPWAY_WORKSPACE: `${folder}-other` },
  });
  try {
    await openScratch(folder, []);
    expect((await ended)[1]).toBe('SIGKILL');
    expect(await readdir(path.join(folder, 'workspaces'))).toEqual([]);
    expect(stranger.exitCode ?? stranger.signalCode).toBeNull();
  } finally {
    stranger.kill();
  }
});

test('a scratch folder belongs to one worker at a time', async () => {
  await openScratch(folder, []);
  await expect(openScratch(folder, [])).rejects.toThrow(/another build worker uses/);
});

(process.getuid?.() === 0 ? test : test.skip)(
  'a folder that the build account cannot enter is refused with what to do',
  async () => {
    const closed = path.join(folder, 'closed');
    await mkdir(closed);
    await chmod(closed, 0o700);
    const failure = await openScratch(path.join(closed, 'scratch'), [{ uid: 65_534, gid: 65_534 }]).catch(
      (error: unknown) => error,
    );
    expect(failure).toBeInstanceOf(ScratchError);
    expect((failure as Error).message).toMatch(/can't enter .*move SLIPWAY_SCRATCH/);
  },
);
