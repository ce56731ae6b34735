import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createTestDatabase } from '../../test/postgres.ts';
import type { TestDatabase } from '../../test/postgres.ts';
import { startProgram, type StartedProgram } from '../../test/started-program.ts';
import { openSwitchablePort } from '../../test/switchable-port.ts';
import type { SwitchablePort } from '../../test/switchable-port.ts';

let database: TestDatabase;
let door: SwitchablePort;
let folder: string;
let api: StartedProgram;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'slipway-api-'));
  const { privateKey } = generateKeyPairSync('ed25519');
  await writeFile(path.join(folder, 'approval.pem'), privateKey.export({ type: 'pkcs8', format: 'pem' }), {
    mode: 0o600,
  });
  database = await createTestDatabase();
  const { hostname, port } = new URL(database.url);
  door = await openSwitchablePort({ host: hostname, port: Number(port) });
});
afterEach(async () => {
  await api.end('SIGKILL');
  await door.down();
  await database.drop();
  await rm(folder, { recursive: true });
});

async function startApi(secret: string): Promise<StartedProgram> {
  await writeFile(path.join(folder, 'secret'), secret);
  const address = new URL(database.url);
  address.port = String(door.port);
  api = startProgram('api/control/main.ts', {
    SLIPWAY_PROGRAM: 'api',
    SLIPWAY_DATA: folder,
    SLIPWAY_CENTRAL_DATABASE_URL: address.href,
    SLIPWAY_TEMPORAL_ADDRESS: '127.0.0.1:1',
    SLIPWAY_API_LISTEN: '127.0.0.1:0',
    SLIPWAY_GITHUB_WEBHOOK_SECRET_FILE: path.join(folder, 'secret'),
    SLIPWAY_APPROVAL_KEY_FILE: path.join(folder, 'approval.pem'),
  });
  return api;
}

test('started while its database is down, the api tells deliveries to come again, and serves when it is up', async () => {
  await door.down();
  const { says } = await startApi('secret');
  const { port } = JSON.parse(await says('"msg":"ready"')) as { port: number };
  const ask = (route: string, method = 'GET') => fetch(`http://127.0.0.1:${port}${route}`, { method });
  const delivery = await ask('/webhooks/github', 'POST');
  expect([delivery.status, delivery.headers.get('retry-after')]).toEqual([503, '2']);
  expect([(await ask('/healthz')).status, (await ask('/readyz')).status]).toEqual([200, 503]);
  await door.up();
  while ((await ask('/readyz')).status !== 200) await delay(20);
  expect((await ask('/webhooks/github', 'POST')).status).toBe(401);
  expect((await ask('/v1/services')).status).toBe(401);
});

test('an api whose file of the webhook secret is empty ends with the reason: it could verify nothing', async () => {
  const { ended, lines } = await startApi(' \n');
  expect(await ended).toBe(1);
  expect(lines.join('\n')).toContain(
    '"the api ends: the file of SLIPWAY_GITHUB_WEBHOOK_SECRET_FILE is empty: nothing could be verified"',
  );
});
