import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { until } from '../../test/crash/run/patience.ts';
import { patienceMs } from '../../test/patience.ts';
import { textAfter } from './readiness.ts';
import { restartSentence } from './restart-sentence.ts';
import { ProgramStartError } from './program-start-error.ts';
import { superviseProcess, superviseUnawaited } from './supervised-process.ts';
import type { Restart, SupervisionOptions } from './supervision-options.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'slipway-supervised-'));
  onRestart.length = 0;
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const log = (): string => path.join(folder, 'log');
const written = async (): Promise<string[]> => (await readFile(log(), 'utf8')).split('\n').filter(Boolean);
const onRestart: Restart[] = [];

const running = (script: string, more: Partial<SupervisionOptions> = {}) => superviseProcess(optionsOf(script, more));

const optionsOf = (script: string, more: Partial<SupervisionOptions>): SupervisionOptions => ({
  name: 'it',
  command: {
    title: 'it',
    file: process.execPath,
    args: ['--eval', script],
    env: {},
    cwd: folder,
    stopSignal: 'SIGTERM',
  },
  logFile: log(),
  register: { add: () => undefined, remove: () => undefined },
  ready: (_, ended) => new Promise((_resolve, reject) => ended.addEventListener('abort', () => reject(ended.reason))),
  onRestart: (restart) => onRestart.push(restart),
  ...more,
});

test('a port that a killed process still holds is waited for, and what does not start says why', async () => {
  const portIsHeldTwice = `
    const fs = require('node:fs');
    fs.appendFileSync('starts', '.');
    console.log(fs.readFileSync('starts', 'utf8').length < 3 ? 'EADDRINUSE' : 'no disk');
    process.exit(3);
  `;
  const failure = await running(portIsHeldTwice).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(ProgramStartError);
  expect(failure).toMatchObject({ how: 'ended with code 3', lastLines: 'EADDRINUSE\nEADDRINUSE\nno disk' });
});

test('of what does not start only the log of this start is told, not how it ended the last time', async () => {
  await writeFile(log(), 'Worker state changed\n');
  const failed = (script: string) => running(script).catch((error: unknown) => error);
  expect(await failed("console.log('no disk'); process.exit(3)")).toMatchObject({ lastLines: 'no disk' });
  expect(await failed('process.exit(3)')).toMatchObject({ lastLines: '' });
});

test('a start that takes long is said once, and waited for; then it is told that it serves', async () => {
  const script = `
    const { existsSync } = require('node:fs');
    setInterval(() => existsSync('told') && console.log('serves'), 10);
  `;
  const supervised = await running(script, {
    lateAfterMs: 20,
    onRestart(restart) {
      onRestart.push(restart);
      void writeFile(path.join(folder, 'told'), '');
    },
    ready: async (logStart) =>
      void (await until('it serves', patienceMs, () => textAfter(log(), logStart).includes('serves') || undefined)),
  });
  await supervised.stop();
  expect(onRestart).toEqual([
    { name: 'it', phase: 'late', afterMs: 20, logFile: log() },
    { name: 'it', phase: 'serves', afterMs: expect.any(Number), first: true },
  ]);
});

test('once it is told to stop, what lost its port is not started again', async () => {
  const stop = new AbortController();
  const failed = running("console.log('EADDRINUSE'); setInterval(() => 0, 1000)", { stop: stop.signal }).catch(
    (error: unknown) => error,
  );
  await until('it has said so', patienceMs, async () => ((await written()).length > 0 ? true : undefined));
  stop.abort(new Error('Ctrl-C'));
  expect(await failed).toBeInstanceOf(ProgramStartError);
  expect(await written()).toEqual(['EADDRINUSE']);
});

test('once everything is told to stop, what ends is not started again', async () => {
  const stop = new AbortController();
  const served = async (logStart: number): Promise<void> =>
    void (await until('it serves', patienceMs, () => textAfter(log(), logStart).includes('serves') || undefined));
  const script = "console.log('serves'); setInterval(() => 0, 1000)";
  const supervised = await running(script, { ready: served, stop: stop.signal });
  stop.abort(new Error('Ctrl-C'));
  process.kill(supervised.pid()!, 'SIGKILL');
  await until('it has ended', patienceMs, () => supervised.pid() === null || undefined);
  await supervised.stop();
  expect(onRestart).toEqual([]);
  expect(await written()).toEqual(['serves']);
});

test('it is started again when it ends, and that it serves is told when it does', async () => {
  const served = async (logStart: number, ended: AbortSignal): Promise<void> => {
    const serves = () => (!ended.aborted && textAfter(log(), logStart).includes('serves')) || undefined;
    await until('it serves', patienceMs, serves);
  };
  const supervised = await running("console.log('serves'); setInterval(() => 0, 1000)", { ready: served });
  const first = supervised.pid()!;
  process.kill(first, 'SIGKILL');
  await until('it serves again', patienceMs, () => onRestart.find(({ phase }) => phase === 'serves'));
  expect(supervised.restarts()).toBe(1);
  expect(supervised.pid()).not.toBe(first);
  await supervised.stop();
  expect(supervised.pid()).toBeNull();
  expect(onRestart).toEqual([
    expect.objectContaining({ phase: 'ended', how: 'ended with SIGKILL' }),
    expect.objectContaining({ phase: 'serves' }),
  ]);
});

test('what nobody waits for is started again when its start fails, and what waits meanwhile is told', async () => {
  const failsTwice = `
    const fs = require('node:fs');
    fs.appendFileSync('starts', '.');
    if (fs.readFileSync('starts', 'utf8').length < 3) process.exit(3);
    console.log('serves');
    setInterval(() => 0, 1000);
  `;
  const ready = async (logStart: number, ended: AbortSignal): Promise<void> =>
    void (await until('it serves', patienceMs, () => {
      ended.throwIfAborted();
      return textAfter(log(), logStart).includes('serves') || undefined;
    }));
  const supervised = superviseUnawaited(optionsOf(failsTwice, { ready, meanwhile: 'others wait' }));
  await until('it serves', patienceMs, () => onRestart.find(({ phase }) => phase === 'serves'));
  expect(supervised.restarts()).toBe(2);
  await supervised.stop();
  const ended = { name: 'it', phase: 'ended', how: 'ended with code 3', logFile: log(), meanwhile: 'others wait' };
  expect(onRestart).toEqual([
    { ...ended, againInMs: 250 },
    { ...ended, againInMs: 1_000 },
    { name: 'it', phase: 'serves', afterMs: expect.any(Number) },
  ]);
  expect(restartSentence(onRestart[0]!)).toBe(
    `it ended with code 3; started again in 250 ms (${log()}); others wait until it serves`,
  );
});
