import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { Worker } from '@temporalio/worker';
import { deploymentNumber, releaseNumber, serviceName } from '../domain/names.ts';
import { freePort } from '../infra/local/free-port.ts';
import { identify } from '../infra/local/process-identity.ts';
import { makeOpenFolder, makeRepository, specWith } from '../test/build-fixture.ts';
import { startProgram, type StartedProgram } from '../test/started-program.ts';
import { connectTestTemporal, type TestTemporal } from '../test/temporal.ts';
import { buildOnce } from '../test/workflow-fixtures/build-once.ts';

const root = path.resolve(import.meta.dirname, '..');
let temporal: TestTemporal;
let folder: string;
let started: StartedProgram[];
beforeAll(async () => void (temporal = await connectTestTemporal()));
afterAll(() => temporal.close());
beforeEach(() => {
  folder = makeOpenFolder();
  started = [];
});
afterEach(async () => {
  await Promise.all(started.map((worker) => worker.end('SIGKILL')));
  rmSync(folder, { recursive: true, force: true });
});

function startWorker(more: Record<string, string> = {}) {
  const env = {
    SLIPWAY_PROGRAM: 'build',
    SLIPWAY_TEMPORAL_ADDRESS: temporal.address,
    SLIPWAY_TEMPORAL_NAMESPACE: temporal.namespace,
    SLIPWAY_CENTRAL_STORE: path.join(folder, 'store'),
    SLIPWAY_SCRATCH: path.join(folder, 'scratch'),
    ...more,
  };
  const worker = startProgram('workers/build.ts', env);
  started.push(worker);
  return worker;
}

async function startBuild(build: string) {
  const { cloneUrl, commit } = makeRepository(folder);
  const source = { cloneUrl, folder: '.', commit: commit({ 'slipway.yaml': specWith(build) }) };
  const input = {
    service: serviceName('checkout'),
    deployment: deploymentNumber(1),
    release: releaseNumber(1),
    source,
  };
  const { client, namespace, nativeConnection: connection } = temporal;
  const workflowsPath = path.join(root, 'test/workflow-fixtures/build-once.ts');
  const workflows = await Worker.create({ connection, namespace, taskQueue: 'test', workflowsPath });
  const run = client.workflow.execute(buildOnce, {
    taskQueue: 'test',
    workflowId: path.basename(folder),
    args: [input],
  });
  return workflows.runUntil(run);
}

async function pidOfBuild(): Promise<number> {
  const workspaces = path.join(folder, 'scratch', 'workspaces');
  for (;;) {
    const files = existsSync(workspaces)
      ? readdirSync(workspaces).map((name) => path.join(workspaces, name, 'source', 'pid'))
      : [];
    const [text] = files.filter((file) => existsSync(file)).map((file) => readFileSync(file, 'utf8').trim());
    if (text) return Number(text);
    await delay(20);
  }
}

/** Waits in its first run, until the file is there. */
const buildThatWaitsFor = (file: string): string => `{ run: "test -e ${file} || { echo $$ > pid; exec sleep 300; }" }`;

test.each(['SIGKILL', 'SIGTERM'] as const)(
  'a build whose worker ends by %s is done by the next worker',
  async (signal) => {
    const go = path.join(folder, 'go');
    const first = startWorker();
    await first.says('ready');
    const built = startBuild(buildThatWaitsFor(go));
    const pid = await pidOfBuild();
    writeFileSync(go, '');
    expect(await first.end(signal)).toBe(signal === 'SIGTERM' ? 0 : null);
    const second = startWorker();
    expect(await built).toMatchObject({ outcome: 'built' });
    expect(identify(pid)).toBeNull();
    expect(await second.end('SIGTERM')).toBe(0);
  },
);

test('the worker waits for a Temporal that is not up, and still ends when it is told to', async () => {
  const worker = startWorker({ SLIPWAY_TEMPORAL_ADDRESS: `127.0.0.1:${await freePort()}` });
  await worker.says('waiting for Temporal');
  expect(await worker.end('SIGTERM')).toBe(0);
});

test('a scratch folder that another worker uses, or a bad variable, ends the worker with what to do', async () => {
  const first = startWorker();
  await first.says('ready');
  const second = startWorker();
  expect(await second.ended).toBe(1);
  expect(second.lines.join('\n')).toMatch(/another build worker uses .*give each its own SLIPWAY_SCRATCH/);
  const third = startWorker({ SLIPWAY_TEMPORAL_ADDRESS: 'nowhere', SLIPWAY_SCRATCH: '' });
  expect(await third.ended).toBe(2);
  expect(third.lines.join('\n')).toMatch(
    /SLIPWAY_TEMPORAL_ADDRESS must be host:port[^]*SLIPWAY_SCRATCH must be the path of a folder; it is not set/,
  );
});
