import { mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { Worker } from '@temporalio/worker';
import { regionName, serviceName } from '../domain/names.ts';
import { createTrust } from '../infra/keys/create-trust.ts';
import { untilReady } from '../infra/local/child-server.ts';
import { freePort } from '../infra/local/free-port.ts';
import { Deployment } from '../infra/postgres/central/entities.ts';
import { addToInbox } from '../infra/postgres/central/inbox-records.ts';
import type { SpanRecord } from '../infra/telemetry/span-record.ts';
import { makeCurrent } from '../infra/temporal/make-current.ts';
import { openOn } from '../infra/temporal/open-on-version.ts';
import { bundleBuildId, versionedWorker } from '../infra/temporal/worker-version.ts';
import { addService, createCentralDatabase, mergeRequest } from '../test/central-database.ts';
import type { CentralTestDatabase } from '../test/central-database.ts';
import { patienceMs } from '../test/patience.ts';
import { startProgram, type StartedProgram } from '../test/started-program.ts';
import { connectTestTemporal } from '../test/temporal.ts';
import type { TestTemporal } from '../test/temporal.ts';
import { bundleWorkflows } from '../workflows/bundle.ts';
import { laneWorkflowId } from '../workflows/messages/lane.ts';
import { controlQueue } from '../workflows/messages/queues.ts';
import { reconcileWorkflowId } from '../workflows/messages/region.ts';

let temporal: TestTemporal;
let shared: string;
let bundle: string;
let central: CentralTestDatabase;
let started: StartedProgram[];
beforeAll(async () => {
  temporal = await connectTestTemporal();
  shared = mkdtempSync(path.join(tmpdir(), 'slipway-control-'));
  bundle = path.join(shared, 'workflows.js');
  await bundleWorkflows(bundle);
  await createTrust(shared, [regionName('eu-west'), regionName('ap-south')], new Date());
});
afterAll(async () => {
  await temporal.close();
  rmSync(shared, { recursive: true, force: true });
});
beforeEach(async () => {
  central = await createCentralDatabase();
  started = [];
});
afterEach(async () => {
  await Promise.all(started.map((worker) => worker.end('SIGKILL')));
  await central.close();
});

function startWorker(more: Record<string, string> = {}) {
  const env = {
    SLIPWAY_PROGRAM: 'control',
    SLIPWAY_TEMPORAL_ADDRESS: temporal.address,
    SLIPWAY_TEMPORAL_NAMESPACE: temporal.namespace,
    SLIPWAY_CENTRAL_DATABASE_URL: central.url,
    SLIPWAY_BUILD_KEY_FILE: path.join(shared, 'control/build.pem'),
    SLIPWAY_ADMISSION_KEY_FILE: path.join(shared, 'control/admission.pem'),
    SLIPWAY_APPROVAL_PUBLIC_KEY_FILE: path.join(shared, 'control/approval.pub.pem'),
    SLIPWAY_CENTRAL_STORE: path.join(shared, 'store'),
    SLIPWAY_WORKFLOW_BUNDLE: bundle,
    ...more,
  };
  const worker = startProgram('workers/control.ts', env);
  started.push(worker);
  return worker;
}

const eventually = (check: () => Promise<void>) => untilReady(check, { timeoutMs: patienceMs });

test('promise 7: a merge in the inbox becomes a deployment, also when the worker is killed and another takes over', async () => {
  const first = startWorker();
  await first.says('"ready"');
  await makeCurrent(temporal.client, await bundleBuildId(bundle), patienceMs);
  await central.database.em.fork().transactional((em) => addToInbox(em, [mergeRequest('move')]));
  await eventually(
    async () => void (await temporal.client.workflow.getHandle(laneWorkflowId(serviceName('checkout'))).describe()),
  );
  await first.end('SIGKILL');

  const second = startWorker();
  const rows = () => central.database.em.fork().find(Deployment, { service: serviceName('checkout') });
  await eventually(async () =>
    expect(await rows()).toMatchObject([{ number: 1, key: 'move', startedAt: expect.any(Date) }]),
  );
  await eventually(
    async () => void (await temporal.client.schedule.getHandle(reconcileWorkflowId(regionName('eu-west'))).describe()),
  );
  expect(await second.end('SIGTERM')).toBe(0);
});

test('a deployment goes on with the trace of the merge that it came from, in workflows and activities', async () => {
  const traceId = '0af7651916cd43dd8448eb211c80319c';
  const traceparent = `00-${traceId}-b7ad6b7169203331-01`;
  const worker = startWorker({ SLIPWAY_DATA: shared });
  await worker.says('"ready"');
  await makeCurrent(temporal.client, await bundleBuildId(bundle), patienceMs);
  await addService(central.database, 'traced');
  const merge = { ...mergeRequest('move', 'traced'), traceparent };
  await central.database.em.fork().transactional((em) => addToInbox(em, [merge]));
  const wanted = [
    'deliver merge',
    'start deployment',
    'StartWorkflow:deployment',
    'StartActivity:holdService',
    'RunActivity:holdService',
  ];
  await eventually(async () => {
    const text = await readFile(path.join(shared, 'traces/control.ndjson'), 'utf8');
    const spans = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as SpanRecord);
    const traced = spans.filter((span) => span.traceId === traceId && span.parentSpanId !== null);
    expect(traced.map(({ name }) => name)).toEqual(expect.arrayContaining(wanted));
  });
  expect(await worker.end('SIGTERM')).toBe(0);
});

test.each([
  [
    'a database',
    'waiting for the database',
    (port: number) => ({ SLIPWAY_CENTRAL_DATABASE_URL: `postgres://x:y@127.0.0.1:${port}/z` }),
  ],
  ['a Temporal', 'waiting for Temporal', (port: number) => ({ SLIPWAY_TEMPORAL_ADDRESS: `127.0.0.1:${port}` })],
])('waits for %s that is not up, and still ends when it is told to', async (_what, message, changed) => {
  const worker = startWorker(changed(await freePort()));
  await worker.says(message);
  expect(await worker.end('SIGTERM')).toBe(0);
});

test('a worker of a new version names what was begun on a version from before the last one', async () => {
  const own = await connectTestTemporal();
  const { namespace, nativeConnection: connection, client } = own;
  const workflowsPath = path.resolve(import.meta.dirname, '../test/workflow-fixtures/sleeper.ts');
  for (const version of ['one', 'two']) {
    const options = { connection, namespace, taskQueue: controlQueue, workflowsPath };
    const older = await Worker.create({ ...options, ...versionedWorker(version) });
    await older.runUntil(async () => {
      await makeCurrent(client, version, patienceMs);
      const workflowId = `deployment:checkout:${version === 'one' ? 7 : 8}`;
      await client.workflow.start('sleeper', { workflowId, taskQueue: controlQueue, args: [3_600_000] });
      await eventually(async () => expect((await openOn(client, version)).count).toBe(1));
    });
  }
  const worker = startWorker({ SLIPWAY_TEMPORAL_NAMESPACE: namespace });
  await worker.says('checkout/7: begun on version one, from before the last upgrade');
  expect(worker.lines.join('\n')).not.toContain('checkout/8');
  expect(await worker.end('SIGTERM')).toBe(0);
  await own.close();
});

test('a worker with a bad variable ends with its name', async () => {
  const worker = startWorker({ SLIPWAY_WORKFLOW_BUNDLE: '/nowhere' });
  expect(await worker.ended).toBe(2);
  expect(worker.lines.join('\n')).toContain('SLIPWAY_WORKFLOW_BUNDLE must be the path of a file that can be read');
});
