import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { createTestDatabase } from '../../test/postgres.ts';
import type { TestDatabase } from '../../test/postgres.ts';
import { openSwitchablePort } from '../../test/switchable-port.ts';
import type { SwitchablePort } from '../../test/switchable-port.ts';
import { programEnvironment } from '../../test/program-environment.ts';

const root = path.resolve(import.meta.dirname, '../..');
let database: TestDatabase;
let door: SwitchablePort;
let folder: string;
let api: ChildProcess;

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
  api.kill('SIGKILL');
  await door.down();
  await database.drop();
  await rm(folder, { recursive: true });
});

interface LogLine {
  readonly msg: string;
  readonly port?: number;
}

async function startApi(secret: string): Promise<AsyncIterator<LogLine>> {
  await writeFile(path.join(folder, 'secret'), secret);
  const address = new URL(database.url);
  address.port = String(door.port);
  api = spawn(process.execPath, ['--import', './infra/telemetry/register.ts', 'api/control/main.ts'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      ...programEnvironment,
      SLIPWAY_PROGRAM: 'api',
      SLIPWAY_DATA: folder,
      SLIPWAY_CENTRAL_DATABASE_URL: address.href,
      SLIPWAY_TEMPORAL_ADDRESS: '127.0.0.1:1',
      SLIPWAY_API_LISTEN: '127.0.0.1:0',
      SLIPWAY_GITHUB_WEBHOOK_SECRET_FILE: path.join(folder, 'secret'),
      SLIPWAY_APPROVAL_KEY_FILE: path.join(folder, 'approval.pem'),
    },
  });
  return linesOf(api);
}

async function* linesOf(child: ChildProcess): AsyncGenerator<LogLine> {
  for await (const line of createInterface({ input: child.stdout! })) yield JSON.parse(line) as LogLine;
}

async function lineWhere(lines: AsyncIterator<LogLine>, wanted: (line: LogLine) => boolean): Promise<LogLine> {
  for (;;) {
    const { done, value } = await lines.next();
    if (done === true) throw new Error('the api ended');
    if (wanted(value)) return value;
  }
}

test('started while its database is down, the api tells deliveries to come again, and serves when it is up', async () => {
  await door.down();
  const { port } = await lineWhere(await startApi('secret'), ({ msg }) => msg === 'ready');
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
  const lines = await startApi(' \n');
  const ended = once(api, 'exit');
  const { msg } = await lineWhere(lines, (line) => line.msg.startsWith('the api ends'));
  expect(msg).toBe('the api ends: the file of SLIPWAY_GITHUB_WEBHOOK_SECRET_FILE is empty: nothing could be verified');
  expect((await ended)[0]).toBe(1);
});
