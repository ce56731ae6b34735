import { once } from 'node:events';
import http, { type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { Instance, ProcessIdentity } from '../../domain/host/service-state.ts';
import type { Digest } from '../../domain/names.ts';
import { identify } from '../process-identity.ts';
import { checkHealth } from './check-health.ts';

let server: http.Server;

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

describe('a health check', () => {
  it.each([
    [200, { outcome: 'success' }],
    [302, { outcome: 'success' }],
    [404, { outcome: 'failure', reason: '/healthz answered 404' }],
    [500, { outcome: 'failure', reason: '/healthz answered 500' }],
  ])('takes the answer %d for %j', async (status, result) => {
    expect(await checkHealth(await instance(answering(status)))).toEqual(result);
  });

  it('that is not answered in time is a failure', async () => {
    const silent = await instance(() => undefined, undefined, 200);
    expect(await checkHealth(silent)).toEqual({ outcome: 'failure', reason: '/healthz did not answer within 200 ms' });
  });

  it.each([
    ['hears an answer that came in time while the agent was busy', 60_000, { outcome: 'success' }],
    ['says nothing when the agent was held up: nobody knows when its answer came', 100, heldUp],
  ])('%s', async (_, lagMs, expected) => {
    const turn = new Int32Array(new SharedArrayBuffer(8));
    const thread = new Worker(answersWhenTold, { eval: true, workerData: turn });
    try {
      const [port] = (await once(thread, 'message')) as [number];
      const result = checkHealth(instanceAt(port, undefined, 1_000), lagMs);
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
    expect(await checkHealth(cut)).toMatchObject({ outcome: 'failure', reason: '/healthz: ECONNRESET' });
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
    expect(await checkHealth(cut)).toEqual({ outcome: 'failure', reason: '/healthz: nothing listens on its port' });
  });

  it('says nothing about an instance that has ended, though somebody answers on its port', async () => {
    const gone = await instance(answering(200), { ...identify(process.pid)!, startTime: '1' });
    expect(await checkHealth(gone)).toEqual({ outcome: 'unknown', reason: 'its process has ended' });
  });
});
