import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import https from 'node:https';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import type { ShownIdentity } from '../../../agent/gateway/gateway-connection.ts';
import { hostId } from '../../../domain/names.ts';
import { startGateway, type TestGateway } from '../../../test/gateway.ts';
import { enrollWithCertificate } from '../../../test/host-certificates.ts';
import { createRegionDatabase, type TestRegionDatabase } from '../../../test/region-database.ts';
import type { LoadLevel } from './load-gate.ts';

let here: TestRegionDatabase;
let gateway: TestGateway;
let identity: ShownIdentity;
let level: LoadLevel;
let connection: https.Agent;
beforeAll(async () => {
  here = await createRegionDatabase();
  identity = await enrollWithCertificate(here.database, hostId('a'));
});
afterAll(() => here.close());
beforeEach(async () => {
  level = 'calm';
  gateway = await startGateway(here, { level: () => level });
  connection = new https.Agent({ keepAlive: true, maxSockets: 1 });
});
afterEach(async () => {
  connection.destroy();
  await gateway.close();
});

let sequence = 0;
const bodies = {
  '/v1/poll': () => ({ known: [], waitMs: 0 }),
  '/v1/reports': () => ({ sequence: ++sequence, bootId: 'b', agentVersion: '1', services: [] }),
};
async function ask(
  route: keyof typeof bodies,
  agent = connection,
  { key, certificate: cert } = identity,
): Promise<{ status: number; retryAfter: number; type: string }> {
  const headers = { 'content-type': 'application/json' };
  const options = { method: 'POST', headers, key, cert, agent, rejectUnauthorized: false };
  const request = https.request(gateway.url + route, options);
  request.end(JSON.stringify(bodies[route]()));
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  const body = await text(response);
  const { type } = JSON.parse(body === '' ? '{"type":""}' : body) as { type: string };
  return { status: response.statusCode!, retryAfter: Number(response.headers['retry-after'] ?? 0), type };
}

test('a busy gateway refuses the poll of a host that returns, and serves those that are there', async () => {
  level = 'busy';
  expect(await ask('/v1/poll')).toMatchObject({
    status: 503,
    retryAfter: 1,
    type: expect.stringMatching(/unavailable$/),
  });
  expect((await ask('/v1/reports')).status).toBe(204);
  level = 'calm';
  expect((await ask('/v1/poll')).status).toBe(200);
  level = 'busy';
  expect((await ask('/v1/poll')).status).toBe(200);
});

test('a busy gateway goes on serving a host whose next poll comes on another connection, and refuses a host that was not there', async () => {
  expect((await ask('/v1/poll')).status).toBe(200);
  level = 'busy';
  const other = new https.Agent({ keepAlive: true });
  try {
    expect((await ask('/v1/poll', other)).status).toBe(200);
    const returning = await enrollWithCertificate(here.database, hostId('b'));
    expect((await ask('/v1/poll', other, returning)).status).toBe(503);
    expect((await ask('/v1/poll', connection, returning)).status).toBe(503);
  } finally {
    other.destroy();
  }
});

const routes = ['/v1/poll', '/v1/reports'] as const;

test('a full gateway goes on serving the hosts that are there, and takes neither polls nor reports of others', async () => {
  expect((await ask('/v1/poll')).status).toBe(200);
  level = 'full';
  expect((await ask('/v1/poll')).status).toBe(200);
  expect((await ask('/v1/reports')).status).toBe(204);
  const other = new https.Agent({ keepAlive: true });
  const returning = await enrollWithCertificate(here.database, hostId('c'));
  try {
    for (const route of routes)
      expect(await ask(route, other, returning)).toMatchObject({ status: 503, retryAfter: 5 });
  } finally {
    other.destroy();
  }
});

test('a gateway that is overrun takes neither polls nor reports, says when to ask again, and stays open to operators', async () => {
  expect((await ask('/v1/poll')).status).toBe(200);
  level = 'overrun';
  for (const route of routes) expect(await ask(route)).toMatchObject({ status: 503, retryAfter: 5 });
  const metrics = await (await gateway.get('/metrics', null)).text();
  expect(metrics).toContain('slipway_gateway_shed_requests_total{what="poll"} 1');
  expect(metrics).toContain('slipway_gateway_shed_requests_total{what="reports"} 1');
  level = 'calm';
  expect((await ask('/v1/reports')).status).toBe(204);
});
