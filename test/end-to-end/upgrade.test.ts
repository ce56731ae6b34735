/** A deployment that is in the middle of its bake when Slipway is upgraded: it ends on the code that it began with. */
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, readdir, rm, rmdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { Client, Connection } from '@temporalio/client';
import { removeTree } from '../../agent/install/remove-tree.ts';
import type { ApiClient } from '../../cli/api-client.ts';
import { deploymentNumber, serviceName } from '../../domain/names.ts';
import { dataDirectory } from '../../infra/local/data-directory.ts';
import { deliverMerge, registerSample, sampleService } from '../../infra/local/demo/deliver-merge.ts';
import { mergeFiles, openSampleRepository, foldersOf } from '../../infra/local/demo/sample-repository.ts';
import { temporalNamespace } from '../../infra/local/programs.ts';
import { stopHosts } from '../../infra/local/stack-hosts.ts';
import { bundleBuildId } from '../../infra/temporal/worker-version.ts';
import { deploymentWorkflowId } from '../../workflows/messages/deployment.ts';
import { laneWorkflowId } from '../../workflows/messages/lane.ts';
import { until } from '../crash/run/patience.ts';
import { openRunningStack, type RunningStack } from '../crash/stack/running-stack.ts';
import { patienceMs } from '../patience.ts';
import { npmStart, type NpmStart } from './npm-start.ts';

jest.setTimeout(600_000);
const root = path.resolve(import.meta.dirname, '../..');
const run = promisify(execFile);

let folder: string;
let older: string;
let data: string;
let stack: NpmStart | null = null;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'slipway-upgrade-'));
  data = path.join(folder, 'data');
  // Beside the packages, which are linked: on another disk they could only be copied.
  await mkdir(path.join(root, '.slipway'), { recursive: true });
  older = await mkdtemp(path.join(root, '.slipway', 'older-'));
  await makeOlderCheckout(older);
});
afterAll(async () => {
  stack?.signalGroup('SIGKILL');
  // Agents that were killed let go of their hosts a moment later.
  await until('the hosts to end', patienceMs, () => stopHosts(dataDirectory(data)).then(() => true));
  await removeTree(older);
  await rmdir(path.dirname(older)).catch(() => undefined); // a stack of somebody's is in it
  await removeTree(folder);
});

/** The same Slipway, but for a step more in the workflow of a deployment: newer code can't replay what it began. */
async function makeOlderCheckout(to: string): Promise<void> {
  const skipped = new Set(['node_modules', '.git', '.slipway', 'run']);
  const parts = (await readdir(root)).filter((name) => !skipped.has(name));
  for (const part of parts) await cp(path.join(root, part), path.join(to, part), { recursive: true });
  await run('cp', ['-al', path.join(root, 'node_modules'), path.join(to, 'node_modules')]);
  await rm(path.join(to, 'node_modules', '.cache'), { recursive: true, force: true });
  const file = path.join(to, 'workflows/deployment/stages.ts');
  const source = await readFile(file, 'utf8');
  const planted = source.replace('run.stage = stage.name;', 'await sleep(50);\n  run.stage = stage.name;');
  expect(planted).not.toBe(source);
  await writeFile(file, `import { sleep } from '@temporalio/workflow';\n${planted}`);
}

const start = async (checkout: string): Promise<RunningStack> => {
  stack = npmStart(['--data', data, '--regions', '1', '--hosts', '1', '--no-demo'], checkout);
  await stack.untilReady();
  return openRunningStack(data);
};

async function end(): Promise<void> {
  stack!.signalGroup('SIGINT');
  await stack!.untilEnded();
}

const spec = (bake: string): string => `service: ${sampleService}
build: { output: . }
run: { command: [node, server.mjs], on: { role: web } }
health: { http: /healthz, startPeriod: 15s, interval: 250ms, healthyAfter: 2, unhealthyAfter: 2 }
rollout: { stages: [{ name: all, regions: [eu-west], batches: [100%], bake: ${bake} }] }
`;

/** `number` is the one that its deployment gets. */
async function merge(running: RunningStack, number: number, bake: string): Promise<void> {
  const repository = await openSampleRepository(running.data.sample, running.regions);
  if (number === 1) {
    await repository.merge('Begin', { greeting: 'hello', health: 200 });
    await registerSample(running.clientOf('mo'), repository.cloneUrl);
  }
  const { work } = foldersOf(running.data.sample);
  const merged = await mergeFiles(work, `Change ${number}`, { 'slipway.yaml': spec(bake) });
  await deliverMerge(running.addresses.api, merged, running.secrets.webhookSecret);
}

const shown = async (client: ApiClient, number: number) =>
  client.call('showDeployment', { path: { service: sampleService, deployment: number } });

const ofDeployment = (number: number) => deploymentWorkflowId(serviceName(sampleService), deploymentNumber(number));
const lane = laneWorkflowId(serviceName(sampleService));

async function versionOf(running: RunningStack, id: string): Promise<string | undefined> {
  const connection = await Connection.connect({ address: running.addresses.temporal });
  try {
    const client = new Client({ connection, namespace: temporalNamespace(running.data) });
    const { raw } = await client.workflow.getHandle(id).describe();
    return raw.workflowExecutionInfo?.versioningInfo?.deploymentVersion?.buildId ?? undefined;
  } finally {
    await connection.close();
  }
}

test('a deployment in its bake ends on the version it began on; what comes next begins on the new one', async () => {
  const before = await start(older);
  const oldBuild = await bundleBuildId(before.data.workflowBundle);
  await merge(before, 1, '25s');
  await until('the bake', patienceMs, async () =>
    (await shown(before.clientOf('mo'), 1)).state === 'baking' ? true : undefined,
  );
  expect(await versionOf(before, lane)).toBe(oldBuild);
  await end();

  // Its worker can't start at first: it is started again until it can.
  const bundle = await readFile(before.data.workflowBundle, 'utf8');
  await writeFile(before.data.workflowBundle, `${bundle.split('\n', 1)[0]}\nno code {`);
  const after = await start(root);
  const waits = `deployments that began on version ${oldBuild} wait until it serves`;
  await until('the older worker to fail', patienceMs, () => stack!.output().includes(waits) || undefined);
  const client = after.clientOf('mo');
  expect((await shown(client, 1)).state).toBe('baking');
  await writeFile(path.join(after.data.keptBundles, `${oldBuild}.js`), bundle);
  const newBuild = await bundleBuildId(after.data.workflowBundle);
  expect(newBuild).not.toBe(oldBuild);
  expect(after.programs).toContain(`control-worker-${oldBuild}`);
  expect(stack!.output()).not.toContain('before the last upgrade');
  await merge(after, 2, '0s');
  await until('the end of the first', patienceMs, async () =>
    (await shown(client, 1)).outcome === null ? undefined : true,
  );
  expect(await shown(client, 1)).toMatchObject({ outcome: 'succeeded' });
  await until('the end of the second', patienceMs, async () =>
    (await shown(client, 2)).outcome === 'succeeded' ? true : undefined,
  );
  const versions = await Promise.all([ofDeployment(1), ofDeployment(2), lane].map((id) => versionOf(after, id)));
  // The lane has gone over: it began on the old one too.
  expect(versions).toEqual([oldBuild, newBuild, newBuild]);

  await until('the end of the older worker', patienceMs, () =>
    after.programNow(`control-worker-${oldBuild}`) === null ? true : undefined,
  );
  await until('its bundle to go', patienceMs, async () => {
    const kept = await readdir(after.data.keptBundles);
    return kept.length === 1 ? true : undefined;
  });
  expect(await readdir(after.data.keptBundles)).toEqual([`${newBuild}.js`]);
  await end();
});
