import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { regionName } from '../domain/names.ts';
import { createTrust, keyFiles } from '../infra/keys/create-trust.ts';
import { freePort } from '../infra/local/free-port.ts';
import { createTestDatabase } from '../test/postgres.ts';
import type { TestDatabase } from '../test/postgres.ts';
import { startProgram, type StartedProgram } from '../test/started-program.ts';
import { connectTestTemporal } from '../test/temporal.ts';
import type { TestTemporal } from '../test/temporal.ts';

let temporal: TestTemporal;
let database: TestDatabase;
let folder: string;
let started: StartedProgram[];
beforeAll(async () => void (temporal = await connectTestTemporal()));
afterAll(() => temporal.close());
beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'slipway-region-'));
  await createTrust(folder, [regionName('eu-west'), regionName('ap-south')], new Date());
  writeFileSync(path.join(folder, 'token'), 'secret-of-the-region\n');
  database = await createTestDatabase();
  started = [];
});
afterEach(async () => {
  await Promise.all(started.map((worker) => worker.end('SIGKILL')));
  await database.drop();
  rmSync(folder, { recursive: true, force: true });
});

function startWorker(more: Record<string, string> = {}) {
  const env = {
    SLIPWAY_PROGRAM: 'region-eu-west',
    SLIPWAY_TEMPORAL_ADDRESS: temporal.address,
    SLIPWAY_TEMPORAL_NAMESPACE: temporal.namespace,
    SLIPWAY_REGION: 'eu-west',
    SLIPWAY_REGION_DATABASE_URL: database.url,
    SLIPWAY_DIRECTOR_KEY_FILE: path.join(folder, keyFiles.director(regionName('eu-west'))),
    SLIPWAY_ROOT_FILE: path.join(folder, keyFiles.root),
    SLIPWAY_CENTRAL_STORE: path.join(folder, 'central'),
    SLIPWAY_REGION_STORE: path.join(folder, 'store'),
    SLIPWAY_API_URL: 'http://127.0.0.1:1',
    SLIPWAY_REGION_TOKEN_FILE: path.join(folder, 'token'),
    ...more,
  };
  const worker = startProgram('workers/region.ts', env);
  started.push(worker);
  return worker;
}

async function hasPoller(queue: string): Promise<boolean> {
  const { namespace, client } = temporal;
  const { pollers } = await client.workflowService.describeTaskQueue({
    namespace,
    taskQueue: { name: queue },
    taskQueueType: 2,
  });
  return (pollers ?? []).length > 0;
}

test('serves the three queues of its region, says nothing of its token, and ends when told to', async () => {
  const worker = startWorker();
  await worker.says('"ready"');
  for (const queue of ['region.eu-west', 'region.eu-west.bulk', 'region.eu-west.urgent']) {
    while (!(await hasPoller(queue))) await delay(50);
  }
  expect(await worker.end('SIGTERM')).toBe(0);
  expect(worker.lines.join('\n')).not.toContain('secret-of-the-region');
});

test.each([
  [
    'a database',
    'waiting for the database',
    (port: number) => ({ SLIPWAY_REGION_DATABASE_URL: `postgres://x:y@127.0.0.1:${port}/z` }),
  ],
  ['a Temporal', 'waiting for Temporal', (port: number) => ({ SLIPWAY_TEMPORAL_ADDRESS: `127.0.0.1:${port}` })],
])('waits for %s that is not up, and still ends when it is told to', async (_what, message, changed) => {
  const worker = startWorker(changed(await freePort()));
  await worker.says(message);
  expect(await worker.end('SIGTERM')).toBe(0);
});

test.each([
  [
    'whose hosts would refuse its goals, by the key of another region',
    () => ({ SLIPWAY_DIRECTOR_KEY_FILE: path.join(folder, keyFiles.director(regionName('ap-south'))) }),
    1,
    /is not the key of region eu-west's director/,
  ],
  [
    'of a region that the root document does not name',
    () => ({ SLIPWAY_REGION: 'mars' }),
    1,
    /names no director of region mars/,
  ],
  ['with a bad variable', () => ({ SLIPWAY_API_URL: 'ftp://x' }), 2, /SLIPWAY_API_URL must be an http or https URL/],
])('a worker %s ends with the reason', async (_what, changed, status, reason) => {
  const worker = startWorker(changed());
  expect(await worker.ended).toBe(status);
  expect(worker.lines.join('\n')).toMatch(reason);
});

test("a worker that was given another region's database ends with the reason", async () => {
  const first = startWorker();
  await first.says('"ready"');
  const other = startWorker({
    SLIPWAY_REGION: 'ap-south',
    SLIPWAY_DIRECTOR_KEY_FILE: path.join(folder, keyFiles.director(regionName('ap-south'))),
  });
  expect(await other.ended).toBe(1);
  expect(other.lines.join('\n')).toContain('this is the database of region eu-west, not of ap-south');
});
