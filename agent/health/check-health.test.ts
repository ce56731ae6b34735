import { once } from 'node:events';
import http, { type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { Instance } from '../../domain/host/service-state.ts';
import type { Digest } from '../../domain/names.ts';
import { identify } from '../process-identity.ts';
import { checkHealth } from './check-health.ts';

let server: http.Server;

async function instance(listener: RequestListener, process_ = identify(process.pid)!): Promise<Instance> {
  server = http.createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const health = {
    http: '/healthz',
    startPeriodMs: 1,
    intervalMs: 50,
    timeoutMs: 200,
    healthyAfter: 1,
    unhealthyAfter: 1,
  };
  const { port } = server.address() as AddressInfo;
  return { id: 'x', release: 'sha256:1' as Digest, process: process_, port, health };
}

afterEach(() => {
  server.close();
  server.closeAllConnections();
});

const answering =
  (status: number): RequestListener =>
  (_request, response) =>
    response.writeHead(status).end('x');

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
    const silent = await instance(() => undefined);
    expect(await checkHealth(silent)).toEqual({ outcome: 'failure', reason: '/healthz did not answer within 200 ms' });
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
