/** Hooks of a service on a running stack: a build worker is killed in the middle of one, and in the middle of an undo. */
import { chmod, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { openAgentDirectory } from '../../agent/agent-directory.ts';
import { removeTree } from '../../agent/install/remove-tree.ts';
import { identify } from '../../agent/process-identity.ts';
import { serviceName } from '../../domain/names.ts';
import { dataDirectory } from '../../infra/local/data-directory.ts';
import { deliverMerge, registerSample, sampleService } from '../../infra/local/demo/deliver-merge.ts';
import { programFiles } from '../../infra/local/demo/sample-files.ts';
import { foldersOf, mergeFiles, openSampleRepository } from '../../infra/local/demo/sample-repository.ts';
import { stopHosts } from '../../infra/local/stack-hosts.ts';
import { lookAtHost } from '../crash/evidence/look-at-hosts.ts';
import { killVictim } from '../crash/harm/signals.ts';
import { until } from '../crash/run/patience.ts';
import { openRunningStack, type RunningStack } from '../crash/stack/running-stack.ts';
import { patienceMs } from '../patience.ts';
import { openHookJournal, type HookJournal } from './hook-journal.ts';
import { npmStart, type NpmStart } from './npm-start.ts';

jest.setTimeout(600_000);

let folder: string;
let data: string;
let stack: NpmStart;
let running: RunningStack;
let journal: HookJournal;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'slipway-hooks-'));
  await chmod(folder, 0o755); // hooks run as accounts of their own
  data = path.join(folder, 'data');
  journal = await openHookJournal(path.join(folder, 'journal'));
  stack = npmStart(['--data', data, '--regions', '2', '--hosts', '1', '--no-demo']);
  await stack.untilReady();
  running = openRunningStack(data);
  await openSampleRepository(running.data.sample, running.regions);
});
afterAll(async () => {
  // Hosts end with it, where it ends well.
  stack?.signalGroup('SIGINT');
  await stack?.untilEnded().catch(() => stack.signalGroup('SIGKILL'));
  await stopHosts(dataDirectory(data));
  await removeTree(folder);
});

const both = '{ run: sh hook.sh, undo: sh hook.sh, timeout: 1m }';
const spec = `service: ${sampleService}
build: { output: . }
run: { command: [node, server.mjs], on: { role: web } }
health: { http: /healthz, startPeriod: 15s, interval: 250ms, healthyAfter: 2, unhealthyAfter: 2 }
hooks:
  before: [${both}, ${both}]
  region: { before: [${both}], after: [${both}] }
  after: [${both}]
rollback: { lockAfter: false }
rollout:
  stages:
    - { name: canary, regions: [eu-west], batches: [100%] }
    - { name: world, regions: [us-east], batches: [100%] }
`;

/** @param sickIn a region whose hosts find the release ill */
async function merge(subject: string, sickIn = 'none'): Promise<void> {
  const { 'server.mjs': server } = programFiles({ greeting: subject, health: 200 });
  const sick = server!.replace('writeHead(200)', `writeHead(SLIPWAY_HOST.startsWith('${sickIn}') ? 500 : 200)`);
  expect(sick).not.toBe(server);
  const { work, bare } = foldersOf(running.data.sample);
  const files = { 'slipway.yaml': spec, 'server.mjs': sick, 'hook.sh': journal.script };
  const merged = await mergeFiles(work, subject, files);
  await registerSample(running.clientOf('mo'), `file://${bare}`);
  await deliverMerge(running.addresses.api, merged, running.secrets.webhookSecret);
}

const shown = (deployment: number) =>
  running.clientOf('mo').call('showDeployment', { path: { service: sampleService, deployment } });

const hooksOf = (deployment: number) =>
  running.clientOf('mo').call('listHookRuns', { path: { service: sampleService, deployment } });

const outcomeOf = (deployment: number) =>
  until(`the end of deployment ${deployment}`, patienceMs, async () => (await shown(deployment)).outcome ?? undefined);

const linesOf = async (number: number) => (await journal.lines()).filter(({ deployment }) => deployment === number);

/** What began, in order; what was begun again after a kill stands there again. */
const begunOf = async (number: number): Promise<readonly string[]> =>
  (await linesOf(number)).filter(({ says }) => says === 'begin').map(({ key }) => key);

/** As its instance answers, of each host. */
const releasesRunning = () =>
  Promise.all(
    running.places.map(async ({ host }) => {
      const directory = openAgentDirectory(running.data.agent(host)).service(serviceName(sampleService));
      return (await lookAtHost(host, directory)).answers;
    }),
  );

/** Kills the build worker while this one is in its middle, and waits until another has begun it again. */
async function killedIn(number: number, key: string): Promise<void> {
  const begun = async () => (await linesOf(number)).filter((each) => each.key === key && each.says === 'begin');
  const [first] = await until(`the beginning of ${key}`, patienceMs, async () => {
    const found = await begun();
    return found.length > 0 ? found : undefined;
  });
  expect(identify(first!.pid)).not.toBeNull();
  expect(killVictim(running, 'build-worker')).toBe(true);
  await until(`${key} once more`, patienceMs, async () => ((await begun()).length > 1 ? true : undefined));
  expect(identify(first!.pid)).toBeNull();
  await journal.letGo(`${sampleService}.${number}.${key}`);
}

const forward = ['before.0', 'before.1', 'before.1', 'region.before.eu-west.0', 'region.after.eu-west.0'];

test('a hook whose build worker is killed runs again, alone, and the release goes live', async () => {
  await journal.hold(`${sampleService}.1.before.1`);
  await merge('Say hello');
  await killedIn(1, 'before.1');
  expect(await outcomeOf(1)).toBe('succeeded');
  expect(await begunOf(1)).toEqual([...forward, 'region.before.us-east.0', 'region.after.us-east.0', 'after.0']);
  const ended = (await linesOf(1)).filter(({ says, key }) => says === 'end' && key === 'before.1');
  expect(ended).toHaveLength(1);
  expect(await releasesRunning()).toEqual([1, 1]);
});

test('hooks of a bad release are undone newest first, after all regions, and again where the worker was killed', async () => {
  for (const key of ['before.1', 'before.1.undo']) await journal.hold(`${sampleService}.2.${key}`);
  await merge('Say it badly', 'us-east');
  await killedIn(2, 'before.1');
  await until('the undo of the second hook', patienceMs, async () =>
    (await begunOf(2)).includes('before.1.undo') ? true : undefined,
  );
  // What hooks of no region take away, hosts there may still use: none does.
  expect(await releasesRunning()).toEqual([1, 1]);
  await killedIn(2, 'before.1.undo');
  expect(await outcomeOf(2)).toBe('undone');
  const begun = await begunOf(2);
  expect(begun.slice(0, 6)).toEqual([...forward, 'region.before.us-east.0']);
  const regional = begun.slice(6, 9);
  expect(regional.toSorted()).toEqual([
    'region.after.eu-west.0.undo',
    'region.before.eu-west.0.undo',
    'region.before.us-east.0.undo',
  ]);
  expect(regional.filter((key) => key.includes('eu-west'))[0]).toBe('region.after.eu-west.0.undo');
  expect(begun.slice(9)).toEqual(['before.1.undo', 'before.1.undo', 'before.0.undo']);
  const { items } = await hooksOf(2);
  expect(new Set(items.filter(({ does }) => does === 'undo').map(({ state }) => state))).toEqual(new Set(['undone']));
});

test('the last hook fails when all regions are ready: every region goes back, and all of it is undone', async () => {
  await journal.fail(`${sampleService}.3.after.0`);
  await journal.hold(`${sampleService}.3.after.0.undo`);
  await merge('Say nothing of it');
  await until('the undo of the last hook', patienceMs, async () =>
    (await begunOf(3)).includes('after.0.undo') ? true : undefined,
  );
  expect(await releasesRunning()).toEqual([1, 1]);
  await killedIn(3, 'after.0.undo');
  expect(await outcomeOf(3)).toBe('undone');
  const undos = (await begunOf(3)).filter((key) => key.endsWith('.undo'));
  expect(undos.slice(-4)).toEqual(['after.0.undo', 'after.0.undo', 'before.1.undo', 'before.0.undo']);
  expect((await shown(3)).reason).toContain('(hooks.after[0]) failed: exit code 1');
});
