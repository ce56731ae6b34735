import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { connect as connectTls } from 'node:tls';
import type { ShownIdentity } from '../../agent/gateway/gateway-connection.ts';
import { regionName } from '../../domain/names.ts';
import { createTrust, keyFiles } from '../../infra/keys/create-trust.ts';
import { claimRegion, connectRegionDatabase } from '../../infra/postgres/region/region-database.ts';
import { until } from '../../test/crash/run/patience.ts';
import { enrollByAuthority } from '../../test/enroll-by-authority.ts';
import { startGatewayProgram } from '../../test/gateway-program.ts';
import { patienceMs } from '../../test/patience.ts';
import { createRegionDatabase } from '../../test/region-database.ts';
import type { TestRegionDatabase } from '../../test/region-database.ts';
import { within } from '../../test/slowness.ts';
import { startProgram, type StartedProgram } from '../../test/started-program.ts';
import { openSwitchablePort } from '../../test/switchable-port.ts';
import type { SwitchablePort } from '../../test/switchable-port.ts';
import { tlsRequest } from '../../test/tls-request.ts';

const eu = regionName('eu-west');
let region: TestRegionDatabase;
let door: SwitchablePort;
let folder: string;
let gateway: StartedProgram;
let url: string;
let certificate: ShownIdentity;

beforeAll(async () => {
  region = await createRegionDatabase();
  await claimRegion(region.database.em, eu);
  const address = new URL(region.url);
  door = await openSwitchablePort({ host: address.hostname, port: Number(address.port) });
  address.port = String(door.port);
  await door.down();
  folder = await mkdtemp(path.join(tmpdir(), 'slipway-gateway-'));
  await createTrust(path.join(folder, 'keys'), [eu], new Date());
  certificate = await enrollByAuthority(region.database, { region: eu, folder }, 'a');
  [gateway, url] = await startGateway(address.href);
});
afterAll(async () => {
  await gateway.end('SIGKILL');
  await door.down();
  await region.close();
  await rm(folder, { recursive: true });
});

const keyFile = (file: string): string => path.join(folder, 'keys', file);

const environmentOf = (databaseUrl: string) => ({
  SLIPWAY_PROGRAM: 'gateway',
  SLIPWAY_DATA: folder,
  SLIPWAY_REGION: 'eu-west',
  SLIPWAY_REGION_DATABASE_URL: databaseUrl,
  SLIPWAY_REGION_STORE: path.join(folder, 'store'),
  SLIPWAY_GATEWAY_LISTEN: '127.0.0.1:0',
  SLIPWAY_AUTHORITY_KEY_FILE: keyFile(keyFiles.authority(eu)),
  SLIPWAY_ROOT_FILE: keyFile(keyFiles.root),
});

async function startGateway(databaseUrl: string): Promise<[StartedProgram, string]> {
  const program = startProgram('api/gateway/main.ts', environmentOf(databaseUrl));
  const { port } = JSON.parse(await program.says('"msg":"ready"')) as { port: number };
  return [program, `https://127.0.0.1:${port}`];
}

const post = (route: string, body: object) => {
  const headers = { 'content-type': 'application/json' };
  return tlsRequest(url + route, { method: 'POST', headers, body: JSON.stringify(body), shown: certificate });
};
const statusOf = async (route: string) => (await tlsRequest(url + route, { shown: null })).status;
async function untilReady(): Promise<void> {
  while ((await statusOf('/readyz')) !== 200) await delay(20);
}

test('hosts are told that a silent connection is kept for two minutes: who is late need not shake hands again', async () => {
  const { headers } = await tlsRequest(`${url}/healthz`, { headers: { connection: 'keep-alive' }, shown: certificate });
  expect(headers.get('keep-alive')).toBe('timeout=120');
});

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

test('a gateway that is newer than its database is not ready, says so in its log, keeps hosts waiting, and serves once a worker has migrated it', async () => {
  await untilReady();
  const execute = (statement: string) => region.database.em.fork().execute(statement);
  await execute('alter table host_service drop column drift');
  await execute("delete from mikro_orm_migrations where name = '2026-11-27-drift'");
  const reason = "its database lacks 2026-11-27-drift: upgrade the region's worker first, which brings it";
  const readiness = await tlsRequest(`${url}/readyz`, { shown: null });
  expect([readiness.status, await readiness.json()]).toEqual([503, { status: 'not ready', reason }]);
  const [another] = await startGateway(region.url);
  try {
    expect(JSON.parse(await another.says('no host can be served yet'))).toMatchObject({ level: 'warn', reason });
  } finally {
    await another.end('SIGKILL');
  }
  const report = { sequence: 2, bootId: 'b', agentVersion: '1', services: [] };
  const refused = await post('/v1/reports', report);
  expect([refused.status, await refused.json()]).toMatchObject([503, { retryable: true }]);
  const worker = await connectRegionDatabase({ url: region.url, applicationName: 'worker' });
  await worker.close(true);
  await untilReady();
  expect((await post('/v1/reports', report)).status).toBe(204);
});

const metrics = async () => (await tlsRequest(`${url}/metrics`, { shown: null })).text();
/** One that is turned away, as by a gateway that is late at that moment, is sent again, as by a host. */
async function heldPoll(): Promise<{ readonly answer: ReturnType<typeof post> }> {
  for (;;) {
    const answer = post('/v1/poll', { known: [], waitMs: 60_000 });
    let isHeld = true;
    const end = (): void => void (isHeld = false);
    void answer.then(end, end);
    for (; isHeld; await delay(20)) if ((await metrics()).includes('slipway_gateway_open_polls 1')) return { answer };
    expect([(await answer).status, (await answer).headers.get('retry-after')]).toEqual([503, expect.any(String)]);
  }
}

test('a gateway that is told to stop cuts its open polls, and ends within seconds', async () => {
  await untilReady();
  const { answer } = await heldPoll();
  const how = answer.then(
    () => 'answered',
    () => 'cut',
  );
  const toldAt = performance.now();
  const ended = gateway.end('SIGTERM');
  expect(await how).toBe('cut');
  expect(await ended).toBe(0);
  expect(performance.now() - toldAt).toBeLessThan(within(5_000, { otherwiseMs: 60_000 }));
});

const fewFiles = 400;
/** As many as it may have then. */
const mostConnections = 100;
test('while it takes no connection its operators are answered at an address of their own, of its figures and of nothing else', async () => {
  const place = { region: eu, databaseUrl: region.url, folder };
  const listen = { SLIPWAY_GATEWAY_OPERATORS_LISTEN: '127.0.0.1:0' };
  const full = await startGatewayProgram(place, 0, listen, fewFiles);
  const { hostname: host, port } = new URL(full.url);
  const taken = Array.from({ length: mostConnections }, () =>
    connectTls({ host, port: Number(port), rejectUnauthorized: false }).on('error', () => undefined),
  );
  try {
    await Promise.all(taken.map((socket) => once(socket, 'secureConnect')));
    await expect(tlsRequest(`${full.url}/metrics`, { shown: null })).rejects.toThrow(/ECONNRESET|disconnected|hang up/);
    const ask = (route: string, init?: RequestInit) => fetch(full.operatorsUrl + route, init);
    expect(await (await ask('/metrics?')).text()).toContain('slipway_gateway_open_polls 0');
    expect((await ask('/healthz')).status).toBe(200);
    await until('it to be ready', patienceMs, async () => ((await ask('/readyz')).ok ? true : undefined));
    for (const route of ['/v1/poll', '/v1/enroll', '/metrics/', '//metrics'])
      expect((await ask(route, { method: 'POST', body: '{}' })).status).toBe(404);
  } finally {
    for (const socket of taken) socket.destroy();
    await full.program.end('SIGKILL');
  }
});

test('with a limit of open files that leaves no room for hosts it does not start, and says what it needs', async () => {
  const starved = startProgram('api/gateway/main.ts', environmentOf(region.url), 310);
  expect(await starved.ended).toBe(1);
  expect(starved.lines.join('\n')).toContain('it may have 310 files open (ulimit -n): 300 are its own');
});
