/** The gates of a control worker in earnest: its process, Temporal, Postgres, and a server of metrics over HTTP. */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { Worker } from '@temporalio/worker';
import { digest, deploymentNumber, regionName, serviceName } from '../domain/names.ts';
import { createTrust } from '../infra/keys/create-trust.ts';
import { createStatusInbox } from '../infra/postgres/central/api-status-inbox.ts';
import { openFolderStore } from '../infra/stores/folder-store.ts';
import { createCentralDatabase, type CentralTestDatabase } from '../test/central-database.ts';
import { startProgram, type StartedProgram } from '../test/started-program.ts';
import { connectTestTemporal, type TestTemporal } from '../test/temporal.ts';
import { checksOnce, metricsOnce } from '../test/workflow-fixtures/gate-once.ts';
import { bundleWorkflows } from '../workflows/bundle.ts';

const root = path.resolve(import.meta.dirname, '..');
let temporal: TestTemporal;
let folder: string;
let central: CentralTestDatabase;
let metrics: Server;
let workflows: Worker;
let running: Promise<void>;
let started: StartedProgram[] = [];

beforeAll(async () => {
  temporal = await connectTestTemporal();
  folder = mkdtempSync(path.join(tmpdir(), 'slipway-gates-'));
  await bundleWorkflows(path.join(folder, 'workflows.js'));
  await createTrust(folder, [regionName('eu-west'), regionName('ap-south')], new Date());
  central = await createCentralDatabase();
  metrics = createServer((_, response) => response.end(answer)).listen(0, '127.0.0.1');
  await once(metrics, 'listening');
  const { namespace, nativeConnection: connection } = temporal;
  const workflowsPath = path.join(root, 'test/workflow-fixtures/gate-once.ts');
  workflows = await Worker.create({ connection, namespace, taskQueue: 'test', workflowsPath });
  running = workflows.run();
});
afterEach(async () => {
  await Promise.all(started.map((worker) => worker.end('SIGKILL')));
  started = [];
});
afterAll(async () => {
  workflows.shutdown();
  await running;
  metrics.close();
  metrics.closeAllConnections();
  await central.close();
  await temporal.close();
  rmSync(folder, { recursive: true, force: true });
});

const values = [1, 2, 3].map((second) => [second, '0.004']);
const answer = JSON.stringify({
  status: 'success',
  data: { resultType: 'matrix', result: [{ metric: {}, values }] },
});

async function startWorker(more: Readonly<Record<string, string>> = {}): Promise<StartedProgram> {
  const worker = startProgram('workers/control.ts', {
    SLIPWAY_PROGRAM: 'control',
    SLIPWAY_TEMPORAL_ADDRESS: temporal.address,
    SLIPWAY_TEMPORAL_NAMESPACE: temporal.namespace,
    SLIPWAY_CENTRAL_DATABASE_URL: central.url,
    SLIPWAY_BUILD_KEY_FILE: path.join(folder, 'control/build.pem'),
    SLIPWAY_ADMISSION_KEY_FILE: path.join(folder, 'control/admission.pem'),
    SLIPWAY_APPROVAL_PUBLIC_KEY_FILE: path.join(folder, 'control/approval.pub.pem'),
    SLIPWAY_CENTRAL_STORE: path.join(folder, 'store'),
    SLIPWAY_WORKFLOW_BUNDLE: path.join(folder, 'workflows.js'),
    ...more,
  });
  started.push(worker);
  await worker.says('"ready"');
  return worker;
}

const checkout = serviceName('checkout');
const commit = 'a'.repeat(40);

function watchChecks(workflowId: string) {
  const deployment = deploymentNumber(1);
  const input = { service: checkout, deployment, commit, require: ['ci/lint'], known: null, isLast: false };
  return temporal.client.workflow.start(checksOnce, { taskQueue: 'test', workflowId, args: [input] });
}

/** Until a worker looks for what is required. */
async function isWatched(workflowId: string): Promise<void> {
  for (;;) {
    const { raw } = await temporal.client.workflow.getHandle(workflowId).describe();
    if (raw.pendingActivities?.some(({ lastHeartbeatTime }) => lastHeartbeatTime)) return;
  }
}

test('a worker that is killed while it waits for a CI is followed by another, which sees what was reported since', async () => {
  const first = await startWorker();
  const handle = await watchChecks('killed');
  await isWatched('killed');
  await first.end('SIGKILL');
  const status = {
    context: 'ci/lint',
    state: 'success',
    url: null,
    at: '2026-11-24T12:00:00.000Z',
    sequence: 1,
  } as const;
  const delivery = { guid: 'g', event: 'status', traceparent: null };
  await createStatusInbox(central.database).takeStatus(delivery, { ...status, repository: 'acme/checkout', commit });
  const second = await startWorker();
  const result = await handle.result();
  if (result.outcome !== 'passed') throw new Error(result.outcome);
  const [evidence] = result.evidence;
  const store = await openFolderStore(path.join(folder, 'store'));
  expect(await store.sizeOf(digest(evidence!.digest))).toBeGreaterThan(0);
  expect(await second.end('SIGTERM')).toBe(0);
});

test('a worker that is told to end leaves its watches to the next at once', async () => {
  const first = await startWorker();
  await central.database.em.fork().execute('truncate commit_status');
  const handle = await watchChecks('ended');
  await isWatched('ended');
  expect(await first.end('SIGTERM')).toBe(0);
  await handle.terminate();
});

test('metrics are asked of the server that the configuration names, and of none when it names none', async () => {
  const ask = async (workflowId: string) => {
    const nowMs = Date.now();
    const gate = { name: 'errors', promql: 'errors', max: 0.01, min: null, forMs: 2_000, everyMs: 1_000, samples: 3 };
    const input = {
      service: checkout,
      release: 'checkout@1',
      regions: [regionName('eu-west')],
      metrics: [gate],
      fromMs: nowMs - 2_000,
      untilMs: nowMs,
      graceMs: 0,
      tellAtMs: null,
    };
    return temporal.client.workflow.execute(metricsOnce, { taskQueue: 'test', workflowId, args: [input] });
  };
  const url = `http://127.0.0.1:${(metrics.address() as AddressInfo).port}`;
  const first = await startWorker({ SLIPWAY_PROMETHEUS_URL: url });
  expect(await ask('configured')).toEqual({ outcome: 'good', text: 'errors 0.004 of at most 0.010' });
  await first.end('SIGTERM');
  await startWorker();
  expect(await ask('not-configured')).toEqual({
    outcome: 'inconclusive',
    text: 'errors at most 0.01: no Prometheus server is configured',
  });
});
