import { execFile } from 'node:child_process';
import { once } from 'node:events';
import http, { type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { setImmediate, setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Worker } from 'node:worker_threads';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { CheckResult } from '../../domain/host/health.ts';
import type { Instance, ProcessIdentity } from '../../domain/host/service-state.ts';
import type { Digest } from '../../domain/names.ts';
import { identify } from '../process-identity.ts';
import { checkHealth } from './check-health.ts';

let server = http.createServer();

const health = { http: '/healthz', startPeriodMs: 1, intervalMs: 50, healthyAfter: 1, unhealthyAfter: 1 };

const instanceAt = (port: number, process_ = identify(process.pid)!, timeoutMs = 10_000): Instance => ({
  id: 'x',
  release: 'sha256:1' as Digest,
  process: process_,
  port,
  health: { ...health, timeoutMs },
});

async function instance(listener: RequestListener, process_?: ProcessIdentity, timeoutMs?: number): Promise<Instance> {
  server = http.createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return instanceAt((server.address() as AddressInfo).port, process_, timeoutMs);
}

afterEach(() => {
  server.close();
  server.closeAllConnections();
});

const answering =
  (status: number): RequestListener =>
  (_request, response) =>
    response.writeHead(status).end('x');

/** Answers in a thread of its own, once `turn` says that whoever asked is busy. */
const answersWhenTold = `
  const { parentPort, workerData: turn } = require('node:worker_threads');
  const server = require('node:http').createServer((request, response) => {
    Atomics.store(turn, 0, 1);
    Atomics.wait(turn, 0, 1);
    response.end('x');
  });
  server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));`;

const heldUp = { outcome: 'unknown', reason: 'the agent was held up' };

/** Asks by this shell script. */
function byScript(script: string, timeoutMs = 10_000, argv = ['/bin/sh', '-c', script]): Promise<CheckResult> {
  const { http: _, ...numbers } = health;
  const asked = { ...instanceAt(1), health: { ...numbers, command: argv, timeoutMs } };
  return checkHealth(asked, { cwd: tmpdir(), env: { PATH: process.env['PATH']!, COLOUR: 'blue', MARK: mark } });
}
const mark = `check-health-${process.pid}`;
const left = (): string[] =>
  readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(`MARK=${mark}`);
    } catch {
      return false;
    }
  });
const untilNothingIsLeft = async (): Promise<void> => {
  while (left().length > 0) await delay(10);
};

/** In a process that may open 64 files, and has: nobody listens on the port, so that whoever can ask hears a failure. */
async function checkedWithoutDescriptors(by: string): Promise<CheckResult> {
  const script = `
    import { openSync } from 'node:fs';
    import { checkHealth } from '${import.meta.dirname}/check-health.ts';
    import { identify } from '${import.meta.dirname}/../process-identity.ts';
    const health = { ${by}, startPeriodMs: 1, intervalMs: 50, timeoutMs: 10_000, healthyAfter: 1, unhealthyAfter: 1 };
    const instance = { id: 'x', release: 'sha256:1', process: identify(process.pid), port: 1, health };
    const setting = { cwd: '/', env: {} };
    await checkHealth(instance, setting);
    const open = [];
    try { for (;;) open.push(openSync('/dev/null')); } catch {}
    const asked = checkHealth(instance, setting);
    asked.then((result) => process.stdout.write(JSON.stringify(result)));`;
  const node = [process.execPath, '--disable-warning=ExperimentalWarning', '--input-type=module', '-e', script];
  const limited = ['-c', 'ulimit -n 64; exec "$@"', 'sh', ...node];
  return JSON.parse((await promisify(execFile)('/bin/sh', limited)).stdout) as CheckResult;
}

describe('a health check by a command', () => {
  it.each([
    ['exit 0', { outcome: 'success' }],
    ['[ "$COLOUR" = blue ] && [ "$PWD" = "$(realpath /tmp)" ]', { outcome: 'success' }],
    ['exit 3', { outcome: 'failure', reason: '/bin/sh exited with code 3' }],
    [
      'echo one; echo no database >&2; exit 1',
      { outcome: 'failure', reason: '/bin/sh exited with code 1: no database' },
    ],
    ['kill -9 $$', { outcome: 'failure', reason: '/bin/sh ended by SIGKILL' }],
  ])('%s', async (script, result) => {
    expect(await byScript(script)).toEqual(result);
  });

  it('that never ends is a failure, and is killed with all that it started', async () => {
    expect(await byScript('trap "" TERM; sleep 60 & sleep 61', 200)).toEqual({
      outcome: 'failure',
      reason: '/bin/sh did not end within 200 ms',
    });
    await untilNothingIsLeft();
  });

  it('waits for no child that holds its output, and leaves none', async () => {
    expect(await byScript('sleep 60 & echo well; exit 0')).toEqual({ outcome: 'success' });
    await untilNothingIsLeft();
  });

  it('that writes without end holds nobody up', async () => {
    expect(await byScript('yes | head -c 50000000; echo full; exit 1')).toEqual({
      outcome: 'failure',
      reason: '/bin/sh exited with code 1: full',
    });
  });

  it('that is not there is a failure, and one whose setting nobody knows says nothing', async () => {
    expect(await byScript('', 1_000, ['./no-such-check'])).toEqual({
      outcome: 'failure',
      reason: "./no-such-check can't be run (ENOENT)",
    });
    // Node throws that one, as it does most of what the system says.
    expect(await byScript('', 1_000, ['/etc/passwd/check'])).toEqual({
      outcome: 'failure',
      reason: "/etc/passwd/check can't be run (ENOTDIR)",
    });
    const { http: _, ...numbers } = health;
    const asked = { ...instanceAt(1), health: { ...numbers, command: ['/bin/true'], timeoutMs: 1_000 } };
    expect(await checkHealth(asked, null)).toMatchObject({ outcome: 'unknown' });
  });
});

describe('a health check', () => {
  it.each([
    ['http: "/healthz"', '/healthz could not be asked (EMFILE)'],
    ['tcp: true', 'its port could not be asked (EMFILE)'],
    ['command: ["/bin/true"]', '/bin/true could not be run (EMFILE)'],
  ])('by { %s } of an agent without a descriptor left says nothing about the instance', async (by, reason) => {
    expect(await checkedWithoutDescriptors(by)).toEqual({ outcome: 'unknown', reason });
  });

  it.each([
    [200, { outcome: 'success' }],
    [302, { outcome: 'success' }],
    [404, { outcome: 'failure', reason: '/healthz answered 404' }],
    [500, { outcome: 'failure', reason: '/healthz answered 500' }],
  ])('takes the answer %d for %j', async (status, result) => {
    expect(await checkHealth(await instance(answering(status)), null)).toEqual(result);
  });

  it('that is not answered in time is a failure', async () => {
    const silent = await instance(() => undefined, undefined, 200);
    expect(await checkHealth(silent, null)).toEqual({
      outcome: 'failure',
      reason: '/healthz did not answer within 200 ms',
    });
  });

  it.each([
    ['hears an answer that came in time while the agent was busy', 60_000, { outcome: 'success' }],
    ['says nothing when the agent was held up: nobody knows when its answer came', 100, heldUp],
  ])('%s', async (_, lagMs, expected) => {
    const turn = new Int32Array(new SharedArrayBuffer(8));
    const thread = new Worker(answersWhenTold, { eval: true, workerData: turn });
    try {
      const [port] = (await once(thread, 'message')) as [number];
      const result = checkHealth(instanceAt(port, undefined, 1_000), null, lagMs);
      while (Atomics.load(turn, 0) === 0) await setImmediate();
      Atomics.store(turn, 0, 2);
      Atomics.notify(turn, 0);
      Atomics.wait(turn, 1, 0, 1_200);
      expect(await result).toEqual(expected);
    } finally {
      await thread.terminate();
    }
  });

  it('that nobody listens to, or that is cut off, is a failure', async () => {
    const cut = await instance((request) => request.destroy());
    expect(await checkHealth(cut, null)).toMatchObject({ outcome: 'failure', reason: '/healthz: ECONNRESET' });
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
    expect(await checkHealth(cut, null)).toEqual({
      outcome: 'failure',
      reason: '/healthz: nothing listens on its port',
    });
  });

  it('of a port is whether it takes a connection, whatever is said on it', async () => {
    const { http: _, ...numbers } = health;
    const tcp = { ...numbers, tcp: true, timeoutMs: 1_000 } as const;
    const at = await instance(answering(500));
    expect(await checkHealth({ ...at, health: tcp }, null)).toEqual({ outcome: 'success' });
    server.close();
    await once(server, 'close');
    expect(await checkHealth({ ...at, health: tcp }, null)).toEqual({
      outcome: 'failure',
      reason: 'its port: nothing listens on its port',
    });
  });

  it('of a process is whether it lives', async () => {
    const { http: _, ...numbers } = health;
    const alive = { ...instanceAt(1), health: { ...numbers, process: true, timeoutMs: 1 } } as const;
    expect(await checkHealth(alive, null)).toEqual({ outcome: 'success' });
    const gone = { ...alive, process: { ...alive.process, startTime: '1' } };
    expect(await checkHealth(gone, null)).toEqual({ outcome: 'unknown', reason: 'its process has ended' });
  });

  it('says nothing about an instance that has ended, though somebody answers on its port', async () => {
    const gone = await instance(answering(200), { ...identify(process.pid)!, startTime: '1' });
    expect(await checkHealth(gone, null)).toEqual({ outcome: 'unknown', reason: 'its process has ended' });
  });
});
