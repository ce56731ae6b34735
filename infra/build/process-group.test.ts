import { describe, expect, test } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { identify } from '../local/process-identity.ts';
import { runInGroup, type GroupCommand } from './process-group.ts';

const never = new AbortController().signal;

async function run(line: string, more: Partial<GroupCommand> = {}) {
  const output: Buffer[] = [];
  const end = await runInGroup({
    file: '/bin/sh',
    args: ['-c', line],
    cwd: '/',
    env: { PATH: process.env['PATH']! },
    account: null,
    timeoutMs: 60_000,
    signal: never,
    onOutput: (bytes) => void output.push(bytes),
    ...more,
  });
  return { ...end, output: Buffer.concat(output).toString() };
}
/** A killed process takes a moment to be gone; one that isn't killed makes this wait into the test's time limit. */
async function untilGone(pid: string): Promise<void> {
  while (identify(Number(pid)) !== null) await delay(5);
}

describe('a command', () => {
  test('ends with its code, and all of its output is there', async () => {
    expect(await run('echo out; echo err >&2; exit 3')).toMatchObject({ ended: 'exited', exitCode: 3 });
    expect((await run('seq 1 100000')).output).toHaveLength(588_895);
  });

  test('that kills itself ends with the signal', async () => {
    expect(await run('kill -SEGV $$')).toMatchObject({ ended: 'exited', exitCode: null, signal: 'SIGSEGV' });
  });

  test('that is not there says so', async () => {
    expect(await run('', { file: '/nonexistent' })).toMatchObject({ ended: 'not-started', problem: 'ENOENT' });
  });

  test('sees only the environment that it is given', async () => {
    expect(
      (await run('env', { env: { ONLY: 'this' } })).output
        .split('\n')
        .filter((line) => !/^(PWD|SHLVL|_)=|^$/.test(line)),
    ).toEqual(['ONLY=this']);
  });
});

describe('nothing runs on after', () => {
  test('a command that leaves a background process on its output', async () => {
    const { ended, output } = await run('sleep 300 & echo $!');
    expect(ended).toBe('exited');
    await untilGone(output);
  });

  test('the time limit, with the whole group', async () => {
    const { ended, output } = await run('sleep 300 & echo $!; wait', { timeoutMs: 200 });
    expect(ended).toBe('timed-out');
    await untilGone(output);
  });

  test('cancellation', async () => {
    const cancel = new AbortController();
    const { ended, output } = await run('echo $$; exec sleep 300', {
      signal: cancel.signal,
      onOutput: () => cancel.abort(),
    });
    expect(ended).toBe('cancelled');
    expect(output).toBe('');
    expect(await run('echo started', { signal: cancel.signal })).toMatchObject({ ended: 'cancelled', output: '' });
  });

  test('a command that ignores SIGTERM', async () => {
    const { ended, signal } = await run('trap "" TERM; echo ready; while :; do sleep 1; done', { timeoutMs: 2_000 });
    expect({ ended, signal }).toEqual({ ended: 'timed-out', signal: 'SIGKILL' });
  });
});
