import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { Worker } from '@temporalio/worker';
import { deploymentNumber, releaseNumber, serviceName } from '../domain/names.ts';
import { freePort } from '../infra/local/free-port.ts';
import { identify } from '../infra/local/process-identity.ts';
import { makeOpenFolder, makeRepository, specWith } from '../test/build-fixture.ts';
import { connectTestTemporal, type TestTemporal } from '../test/temporal.ts';
import { buildOnce } from '../test/workflow-fixtures/build-once.ts';
import { programEnvironment } from '../test/program-environment.ts';

const root = path.resolve(import.meta.dirname, '..');
let temporal: TestTemporal;
let folder: string;
let started: ChildProcess[];
beforeAll(async () => void (temporal = await connectTestTemporal()));
afterAll(() => temporal.close());
beforeEach(() => {
  folder = makeOpenFolder();
  started = [];
});
afterEach(async () => {
  await Promise.all(started.map((worker) => end(worker, 'SIGKILL')));
  rmSync(folder, { recursive: true, force: true });
});

/** Starts the program as it is started in earnest; `line` resolves at the first log line with this message. */
function startWorker(more: Record<string, string> = {}) {
  const env = {
    ...programEnvironment,
    SLIPWAY_PROGRAM: 'build',
    SLIPWAY_TEMPORAL_ADDRESS: temporal.address,
    SLIPWAY_TEMPORAL_NAMESPACE: temporal.namespace,
    SLIPWAY_CENTRAL_STORE: path.join(folder, 'store'),
    SLIPWAY_SCRATCH: path.join(folder, 'scratch'),
    ...more,
  };
  const args = [
    '--disable-warning=ExperimentalWarning',
    '--import',
    './infra/telemetry/register.ts',
    'workers/build.ts',
  ];
  const worker = spawn(process.execPath, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
  started.push(worker);
  const lines: string[] = [];
  for (const stream of [worker.stdout, worker.stderr]) createInterface(stream).on('line', (line) => lines.push(line));
  const says = async (text: string): Promise<void> => {
    while (!lines.some((line) => line.includes(text))) {
      if (worker.exitCode !== null) throw new Error(`ended with ${worker.exitCode}: ${lines.join('\n')}`);
      await delay(20);
    }
  };
  return { worker, lines, says };
}

async function end(worker: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (worker.exitCode === null && worker.signalCode === null) {
    worker.kill(signal);
    await once(worker, 'exit');
  }
  return worker.exitCode;
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
    expect(await end(first.worker, signal)).toBe(signal === 'SIGTERM' ? 0 : null);
    const second = startWorker();
    expect(await built).toMatchObject({ outcome: 'built' });
    expect(identify(pid)).toBeNull();
    expect(await end(second.worker, 'SIGTERM')).toBe(0);
  },
);

test('the worker waits for a Temporal that is not up, and still ends when it is told to', async () => {
  const { worker, says } = startWorker({ SLIPWAY_TEMPORAL_ADDRESS: `127.0.0.1:${await freePort()}` });
  await says('waiting for Temporal');
  expect(await end(worker, 'SIGTERM')).toBe(0);
});

test('a scratch folder that another worker uses, or a bad variable, ends the worker with what to do', async () => {
  const first = startWorker();
  await first.says('ready');
  const second = startWorker();
  await once(second.worker, 'exit');
  expect(second.worker.exitCode).toBe(1);
  expect(second.lines.join('\n')).toMatch(/another build worker uses .*give each its own SLIPWAY_SCRATCH/);
  const third = startWorker({ SLIPWAY_TEMPORAL_ADDRESS: 'nowhere', SLIPWAY_SCRATCH: '' });
  await once(third.worker, 'exit');
  expect(third.worker.exitCode).toBe(2);
  expect(third.lines.join('\n')).toMatch(
    /SLIPWAY_TEMPORAL_ADDRESS must be host:port[^]*SLIPWAY_SCRATCH must be the path of a folder; it is not set/,
  );
});
