import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { hostId, regionName } from '../../domain/names.ts';
import { enrollHost } from '../../infra/postgres/region/enroll-host.ts';
import { claimRegion } from '../../infra/postgres/region/region-database.ts';
import { createRegionDatabase } from '../../test/region-database.ts';
import type { TestRegionDatabase } from '../../test/region-database.ts';
import { startProgram, type StartedProgram } from '../../test/started-program.ts';
import { openSwitchablePort } from '../../test/switchable-port.ts';
import type { SwitchablePort } from '../../test/switchable-port.ts';

let region: TestRegionDatabase;
let door: SwitchablePort;
let folder: string;
let gateway: StartedProgram;
let url: string;
let token: string;

beforeAll(async () => {
  region = await createRegionDatabase();
  await claimRegion(region.database.em, regionName('eu-west'));
  token = await enrollHost(region.database, hostId('a'), {});
  const address = new URL(region.url);
  door = await openSwitchablePort({ host: address.hostname, port: Number(address.port) });
  address.port = String(door.port);
  await door.down();
  folder = await mkdtemp(path.join(tmpdir(), 'slipway-gateway-'));
  [gateway, url] = await startGateway(address.href);
});
afterAll(async () => {
  await gateway.end('SIGKILL');
  await door.down();
  await region.close();
  await rm(folder, { recursive: true });
});

async function startGateway(databaseUrl: string): Promise<[StartedProgram, string]> {
  const program = startProgram('api/gateway/main.ts', {
    SLIPWAY_PROGRAM: 'gateway',
    SLIPWAY_DATA: folder,
    SLIPWAY_REGION: 'eu-west',
    SLIPWAY_REGION_DATABASE_URL: databaseUrl,
    SLIPWAY_REGION_STORE: path.join(folder, 'store'),
    SLIPWAY_GATEWAY_LISTEN: '127.0.0.1:0',
  });
  const { port } = JSON.parse(await program.says('"msg":"ready"')) as { port: number };
  return [program, `http://127.0.0.1:${port}`];
}

const post = (route: string, body: object) => {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  return fetch(url + route, { method: 'POST', headers, body: JSON.stringify(body) });
};
const statusOf = async (route: string) => (await fetch(url + route)).status;
async function untilReady(): Promise<void> {
  while ((await statusOf('/readyz')) !== 200) await delay(20);
}

test('a gateway starts while its database is down, says so, and serves when it is up', async () => {
  expect(await statusOf('/healthz')).toBe(200);
  expect(await statusOf('/readyz')).toBe(503);
  await door.up();
  await untilReady();
  expect((await post('/v1/poll', { known: [], waitMs: 0 })).status).toBe(200);
});

test('while its database is down it answers 503 with Retry-After, and serves again by itself', async () => {
  await untilReady();
  await door.down();
  const report = { sequence: 1, bootId: 'b', agentVersion: '1', services: [] };
  for (const answer of [await post('/v1/poll', { known: [], waitMs: 0 }), await post('/v1/reports', report)]) {
    expect(answer.status).toBe(503);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await answer.json()).toMatchObject({ retryable: true, type: expect.stringMatching(/unavailable$/) });
  }
  expect(await statusOf('/healthz')).toBe(200);
  await door.up();
  await untilReady();
  expect((await post('/v1/reports', report)).status).toBe(204);
});

test('while its database says nothing at all it answers 503, and serves again by itself', async () => {
  await untilReady();
  door.silence();
  expect((await post('/v1/poll', { known: [], waitMs: 0 })).status).toBe(503);
  await door.up();
  await untilReady();
  expect((await post('/v1/poll', { known: [], waitMs: 0 })).status).toBe(200);
});

test('a gateway that is told to stop answers its open polls, and ends within seconds', async () => {
  await untilReady();
  const held = post('/v1/poll', { known: [], waitMs: 60_000 });
  while (!(await (await fetch(`${url}/metrics`)).text()).includes('slipway_gateway_open_polls 1')) await delay(20);
  const toldAt = performance.now();
  const ended = gateway.end('SIGTERM');
  expect((await held).status).toBe(200);
  expect(await ended).toBe(0);
  expect(performance.now() - toldAt).toBeLessThan(5_000);
});
