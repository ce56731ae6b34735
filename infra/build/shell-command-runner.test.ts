import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Workspace } from '../../activities/build/workspaces.ts';
import { identify } from '../local/process-identity.ts';
import { buildAccounts } from './build-account.ts';
import { openScratch, type Scratch } from './scratch-folder.ts';
import { shellCommandRunner } from './shell-command-runner.ts';

const logCapBytes = 64 * 1024;
const isRoot = process.getuid?.() === 0;

let folder: string;
let scratch: Scratch;
let workspace: Workspace;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'slipway-scratch-'));
  await chmod(folder, 0o755);
  scratch = await openScratch(path.join(folder, 'scratch'), await buildAccounts('64001', 2));
  workspace = await scratch.workspaces.create();
  await workspace.handOver();
});
afterEach(async () => {
  await workspace.remove();
  await rm(folder, { recursive: true });
});

async function run(line: string, timeoutMs = 60_000, where = workspace, endsWithUs = false) {
  const commands = shellCommandRunner({ accountOf: scratch.accountOf, path: process.env['PATH']!, logCapBytes });
  const environment = { SLIPWAY_COMMIT: 'abc' };
  const signal = new AbortController().signal;
  const end = await commands.run({
    line,
    workspace: where,
    folder: where.source,
    environment,
    endsWithUs,
    timeoutMs,
    signal,
  });
  return { ...end, text: end.log.bytes.toString() };
}

(isRoot ? test : test.skip)('builds that run at once reach nothing of each other', async () => {
  const second = await scratch.workspaces.create();
  await second.handOver();
  const pidFile = path.join(second.root, 'pid');
  const building = run(`echo $$ > ${pidFile}; exec sleep 60`, 3_000, second);
  while (!existsSync(pidFile) || (await stat(pidFile)).size === 0) await delay(5);
  const pid = (await readFile(pidFile, 'utf8')).trim();
  const { text } = await run(`id -u; touch /proc/${pid}/cwd/planted; cat ${pidFile}; kill -KILL ${pid}`);
  expect(text.startsWith('64001')).toBe(true);
  expect(existsSync(path.join(second.source, 'planted'))).toBe(false);
  expect(text).not.toContain(`\n${pid}\n`);
  expect((await building).ended).toBe('timed-out');
  await second.remove();
});

describe('a line of a spec', () => {
  test('runs in its folder, with a HOME of its own, and in a plain environment', async () => {
    process.env['SLIPWAY_TEST_SECRET'] = 'hidden';
    const { text } = await run(
      'pwd; umask; echo $HOME; touch $HOME/a $TMPDIR/b made; env | cut -d= -f1 | sort | xargs',
    );
    delete process.env['SLIPWAY_TEST_SECRET'];
    const [cwd, umask, home, names] = text.trim().split('\n');
    expect({ cwd, umask, home }).toEqual({ cwd: workspace.source, umask: '0022', home: workspace.home });
    expect(names!.split(' ').filter((name) => name !== '_')).toEqual(
      ['CI', 'HOME', 'LANG', 'PATH', 'PWD', 'SLIPWAY_COMMIT', 'SLIPWAY_WORKSPACE', 'TMPDIR']
        .concat(names!.includes('SHLVL') ? ['SHLVL'] : [])
        .sort(),
    );
  });

  test('that fails tells how', async () => {
    expect(await run('echo broken; exit 7')).toMatchObject({
      ended: 'exited',
      exitCode: 7,
      reason: 'exit code 7',
      text: 'broken\n',
    });
    expect(await run('kill -KILL $$')).toMatchObject({ exitCode: null, reason: 'killed by SIGKILL' });
    expect(await run('sleep 100', 100)).toMatchObject({
      ended: 'timed-out',
      reason: 'still running after 0.1 s, and killed',
    });
  });

  test('that prints 100 MB is neither held up nor kept whole', async () => {
    const { exitCode, log, text } = await run('echo first; head -c 100000000 /dev/zero; echo last');
    expect(exitCode).toBe(0);
    expect(log.truncated).toBe(true);
    expect(log.bytes.length).toBeLessThan(logCapBytes + 100);
    expect(text.startsWith('first\n') && text.endsWith('last\n')).toBe(true);
  });

  test('leaves no process, not even one that left its group and closed its output', async () => {
    const { text } = await run('setsid sh -c "sleep 300" >/dev/null 2>&1 & echo $!; setsid sleep 301 & echo $!');
    const pids = text.trim().split('\n');
    expect(pids).toHaveLength(2);
    expect(pids.filter((pid) => identify(Number(pid)) !== null)).toEqual([]);
  });

  (isRoot ? test : test.skip)('runs as another account, which reaches nothing of ours', async () => {
    const ours = path.join(folder, 'key.pem');
    await writeFile(ours, 'key', { mode: 0o600 });
    const { text } = await run(`id -u; id -G; cat ${ours}; kill -0 ${process.pid}`);
    expect(text).toMatch(/Permission denied/);
    expect(text).toMatch(/not permitted/i);
    const [uid, groups] = text.split('\n');
    expect([uid, groups]).toEqual(['64001', '64001']);
  });
});

test('a workspace is removed whole, also with folders that nobody may write', async () => {
  await run('mkdir -p a/b && touch a/b/c && chmod 555 a/b && chmod 000 a');
  await workspace.remove();
  expect(existsSync(workspace.root)).toBe(false);
});

test('a workspace is closed to others', async () => {
  const other = await stat(workspace.root);
  expect(other.mode & 0o077).toBe(0);
});

describe('a hook', () => {
  const hook = (line: string, timeoutMs?: number) => run(line, timeoutMs, workspace, true);

  test('ends as any other line does, with its output, its code, and nothing of the watcher in sight', async () => {
    const line = 'echo out; ls /proc/$$/fd; (sleep 0.05; echo later) & wait; exit 3';
    expect(await hook(line)).toMatchObject({ exitCode: 3, text: expect.stringMatching(/^out\n0\n1\n2\n(?!3\n)/) });
    expect((await hook('echo; wait; echo over')).text).toContain('over');
  });

  test('that starts a daemon which keeps its output open does not hang, and the daemon is ended with it', async () => {
    const pidFile = path.join(workspace.temporary, 'daemon');
    const before = performance.now();
    const { exitCode } = await hook(
      `setsid sh -c 'echo $$ > ${pidFile}; exec sleep 600' & while ! [ -s ${pidFile} ]; do :; done`,
    );
    expect([exitCode, performance.now() - before < 30_000]).toEqual([0, true]);
    expect(identify(Number(await readFile(pidFile, 'utf8')))).toBeNull();
  });

  test('that ignores the end of its time is killed, with all that it started', async () => {
    const pidFile = path.join(workspace.temporary, 'child');
    const end = await hook(`trap '' TERM; sleep 600 & echo $! > ${pidFile}; while :; do sleep 1; done`, 2_000);
    expect(end).toMatchObject({ ended: 'timed-out', exitCode: null, reason: 'still running after 2 s, and killed' });
    expect(identify(Number(await readFile(pidFile, 'utf8')))).toBeNull();
  });

  test('ends with its worker, however that ends', async () => {
    const pidFile = path.join(folder, 'pid');
    const worker = spawn(process.execPath, [path.join(import.meta.dirname, 'hook-worker.fixture.ts'), pidFile], {
      stdio: 'ignore',
    });
    while (!existsSync(pidFile) || (await stat(pidFile)).size === 0) await delay(5);
    const pids = (await readFile(pidFile, 'utf8')).trim().split(' ').map(Number);
    expect(pids.map((pid) => identify(pid) !== null)).toEqual([true, true]);
    worker.kill('SIGKILL');
    // One that isn't killed makes this wait into the test's time limit.
    for (const pid of pids) while (identify(pid) !== null) await delay(5);
  });
});
