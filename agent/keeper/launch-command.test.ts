import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { RunLimits } from '../../domain/spec/service-spec.ts';
import { launchCommand, type LaunchNeeds } from './launch-command.ts';

const plain: LaunchNeeds = {
  run: { command: ['./server', '--port', '$PORT'], env: {}, restart: 'stop-first' },
  account: null,
  groupFile: null,
  listens: false,
};

describe('what a keeper is told to run', () => {
  it('is the command itself where nothing has to be arranged', () => {
    expect(launchCommand(plain)).toEqual(plain.run.command);
  });

  it('reads nothing of the spec as shell text', () => {
    const hostile = ['printf', '%s|', '$(id)', "'; exit 1 #", 'a b', ''];
    const run = { ...plain.run, command: hostile, umask: '027', limits: { files: 64 } };
    const [file = '', ...args] = launchCommand({ ...plain, run, listens: true });
    expect(execFileSync(file, args, { encoding: 'utf8' })).toBe("$(id)|'; exit 1 #|a b||");
  });

  it('becomes the command, with its rights, its limits, its socket and its group, under the same pid', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'slipway-launch-'));
    try {
      const groupFile = path.join(folder, 'a "$x" b');
      const script = 'umask; ulimit -n; ulimit -Hn; echo $$ $LISTEN_PID $LISTEN_FDS';
      const run = { ...plain.run, command: ['sh', '-c', script], umask: '027', limits: { files: 64 } };
      const [file = '', ...args] = launchCommand({ run, account: null, groupFile, listens: true });
      const [umask, soft, hard, pids] = execFileSync(file, args, { encoding: 'utf8' }).trim().split('\n');
      expect([Number(umask), soft, hard]).toEqual([27, '64', '64']);
      const [pid, listens, count] = pids!.split(' ');
      expect([listens, count]).toEqual([pid, '1']);
      expect(readFileSync(groupFile, 'utf8').trim()).toBe(pid);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('starts without a group that it can not enter, and never where the group has to hold something', () => {
    const groupFile = path.join(import.meta.dirname, 'no', 'such', 'group');
    const run = (limits: RunLimits) => {
      const command = ['echo', 'runs'];
      const [file = '', ...args] = launchCommand({ ...plain, run: { ...plain.run, command, limits }, groupFile });
      return spawnSync(file, args, { encoding: 'utf8' });
    };
    expect(run({ files: 64 })).toMatchObject({ status: 0, stdout: 'runs\n', stderr: '' });
    expect(run({ processes: 4 })).toMatchObject({ stdout: '' });
  });

  it('gives up all groups of the agent where it becomes another account', () => {
    expect(launchCommand({ ...plain, account: { uid: 33, gid: 34 } })).toEqual([
      'setpriv',
      '--reuid=33',
      '--regid=34',
      '--init-groups',
      '--',
      ...plain.run.command,
    ]);
  });
});
