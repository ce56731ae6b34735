/**
 * One embedded stack, from `npm start` to the last process gone. The tests stand in order: each goes on with what the one
 * before left.
 */
import { readFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { openAgentDirectory } from '../../agent/agent-directory.ts';
import { removeTree } from '../../agent/install/remove-tree.ts';
import { dataDirectory } from '../../infra/local/data-directory.ts';
import { openSampleRepository, type SampleRepository } from '../../infra/local/demo/sample-repository.ts';
import { claimOf, listens } from '../../infra/local/port-choice.ts';
import { stopHosts } from '../../infra/local/stack-hosts.ts';
import { lookAtHost, keptInstance } from '../crash/evidence/look-at-hosts.ts';
import { readAudit } from '../crash/evidence/read-centre.ts';
import { watchRun } from '../crash/evidence/watch.ts';
import { killVictim } from '../crash/harm/signals.ts';
import { noSecrets } from '../crash/promises/no-secrets.ts';
import { openRunSettings } from '../crash/run/open-run-settings.ts';
import { until } from '../crash/run/patience.ts';
import { begin, releaseNow, runScenario, undisturbed } from '../crash/run/run-scenario.ts';
import type { RunSettings } from '../crash/run/run-settings.ts';
import { untilOver } from '../crash/run/until-over.ts';
import { findVictim } from '../crash/run/victims.ts';
import { drawKillEachOnce } from '../crash/scenario/draw-kill-each-once.ts';
import { openRunningStack, type Place } from '../crash/stack/running-stack.ts';
import { patienceMs } from '../patience.ts';
import { freeze } from './freeze.ts';
import { npmStart, type NpmStart } from './npm-start.ts';
import { processesOf } from './processes-of.ts';
import { readSpans, upwards } from './span-files.ts';

const seed = 24;
/** A deployment that is stuck is found out after two minutes: a test must not be cut off before it can say so. */
jest.setTimeout(600_000);

let folder: string;
let root: string;
let portHolders: Server[];
let stack: NpmStart;
let repository: SampleRepository;
let settings: RunSettings;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'slipway-end-to-end-'));
  root = path.join(folder, 'data');
  portHolders = await Promise.all([8080, 20_000].map(hold));
  stack = npmStart(['--data', root]);
  await stack.untilReady();
  const running = openRunningStack(root);
  repository = await openSampleRepository(running.data.sample, running.regions);
  settings = await openRunSettings(running, repository);
});

/** Of what goes on in the background, if a test ends early. */
const cleanUps: (() => Promise<unknown>)[] = [];

afterAll(async () => {
  await Promise.allSettled(cleanUps.map((cleanUp) => cleanUp()));
  await settings?.databases.close();
  stack?.signalGroup('SIGKILL');
  // Agents that were killed let go of their hosts a moment later.
  await until('the hosts to end', patienceMs, () => stopHosts(dataDirectory(root)).then(() => true));
  portHolders.forEach((holder) => holder.close());
  await removeTree(folder);
});

/**
 * Unless somebody holds the port already, or is about to: another test's `npm start` has chosen it, and binds it seconds
 * later (`choosePort`). Both are as good.
 */
async function hold(port: number): Promise<Server> {
  const claim = createServer();
  const server = createServer();
  if (await listens(claim, claimOf(port))) await listens(server, { port, host: '127.0.0.1' });
  claim.close();
  return server;
}

const serviceOn = ({ host }: Place) => openAgentDirectory(settings.stack.data.agent(host)).service(settings.service);
const logOf = (program: string): string => readFileSync(path.join(settings.stack.data.logs, `${program}.log`), 'utf8');
const instanceOn = (place: Place) => keptInstance(serviceOn(place))?.process ?? null;
const keeperOn = ({ host }: Place) => findVictim(settings.stack, `keeper-${host}`);
const everywhere = <Seen>(look: (place: Place) => Seen): Seen[] => settings.stack.places.map(look);

test('a port that is taken is named with its owner, and the next free one is used', () => {
  expect(stack.output()).toMatch(/port 8080 is taken by .+; API uses 8\d{3}/);
  expect(settings.stack.addresses.api).not.toContain(':8080');
  expect(stack.output()).toMatch(/port 20000 is taken by .+; the first host uses 2\d000/);
});

test('the demonstration: a good merge goes live, a bad one undoes itself, its fix goes live', async () => {
  const { items } = await settings.stack
    .clientOf('ada')
    .call('listDeployments', { path: { service: settings.service } });
  const outcomes = items.map(({ outcome }) => outcome).toReversed();
  expect(outcomes).toEqual(['succeeded', 'undone', 'succeeded']);
});

test('a pipe gets it in plain lines, without an escape character, each change once', () => {
  const shown = stack.output();
  expect(shown).not.toMatch(/[^\P{Cc}\n]/u);
  const deployments = shown.split(/^(?=checkout\/\d+ rollout)/m).slice(1);
  expect(deployments).toHaveLength(3);
  for (const deployment of deployments) {
    const changes = deployment.split('\n').flatMap((line) => /^ *\d+\.\d s {2}(.+)$/.exec(line)?.[1] ?? []);
    expect(changes.length).toBeGreaterThan(3);
    expect(new Set(changes).size).toBe(changes.length);
  }
});

test("one trace leads from the webhook to every host's switch", async () => {
  const hosts = everywhere(({ host }) => host).toSorted();
  const webhooks = await until('spans of every switch', patienceMs, () => {
    const spans = readSpans(root);
    const isWebhook = ({ name, service }: (typeof spans)[number]): boolean =>
      service === 'slipway-api' && name === 'POST /webhooks/github';
    const first = spans.find(isWebhook);
    const switches = spans.filter(({ name, traceId }) => name === 'host.switch' && traceId === first?.traceId);
    return new Set(switches.map(({ attributes }) => attributes['slipway.host'])).size === hosts.length
      ? { spans, first, switches }
      : undefined;
  });
  const { spans, first, switches } = webhooks;
  expect(new Set(switches.map(({ attributes }) => attributes['slipway.host']))).toEqual(new Set(hosts));
  for (const each of switches) expect(upwards(each, spans).at(-1)).toEqual(first);
  const programs = new Set(spans.filter(({ traceId }) => traceId === first!.traceId).map(({ service }) => service));
  for (const program of ['api', 'control-worker', 'build-worker', 'region-worker-eu-west', 'gateway-sa-east']) {
    expect(programs).toContain(`slipway-${program}`);
  }
});

test('an instance keeps its process through kill -9 of its agent, and a new agent speaks for it', async () => {
  const [place] = settings.stack.places as [Place];
  const before = { instance: instanceOn(place), agent: settings.stack.programNow(`agent-${place.host}`) };
  killVictim(settings.stack, `agent-${place.host}`);
  await until('a new agent', patienceMs, () => {
    const now = settings.stack.programNow(`agent-${place.host}`);
    return (now !== null && now.pid !== before.agent?.pid) || undefined;
  });
  await until(
    'its ready line',
    patienceMs,
    () => logOf(`agent-${place.host}`).split('"msg":"ready"').length > 2 || undefined,
  );
  expect(instanceOn(place)).toEqual(before.instance);
  expect(await lookAtHost(place.host, serviceOn(place))).toMatchObject({ answers: 3, pid: before.instance?.pid });
});

test('each program is killed once in a few deployments, and no promise is broken', async () => {
  const killed: string[] = [];
  for (const [index, scenario] of drawKillEachOnce({ seed, places: settings.stack.places }).entries()) {
    const before = (await releaseNow(settings))!;
    const result = await runScenario(settings, scenario, { before, name: `kill ${index}` });
    expect(result.broken).toEqual([]);
    expect(result.merged).toEqual(['deployed']);
    killed.push(...result.harmed.map(({ on }) => on));
  }
  expect(killed.toSorted()).toEqual([
    'agent-eu-west-1',
    'api',
    'build-worker',
    'control-worker',
    'gateway-eu-west',
    'keeper-eu-west-1',
    'postgres',
    'region-worker-eu-west',
    'temporal',
  ]);
});

test('kill -9 of everything in the middle of a rollout: instances run on, and the next start ends it', async () => {
  const before = await releaseNow(settings);
  const watch = watchRun(settings.stack, settings.databases, settings.service);
  const begun = await begin(settings, undisturbed, { before, name: 'killed whole', watch });
  cleanUps.push(watch.close, begun.course.close);
  await until(
    'a region of the second stage rolls',
    patienceMs,
    () =>
      watch.rows.open.at(-1)?.some(({ regions }) => regions.filter(({ state }) => state === 'rolling').length > 1) ||
      undefined,
  );
  stack.signalGroup('SIGKILL');
  await watch.close();
  expect(await stack.untilEnded()).toBe('SIGKILL');
  await settings.databases.close();
  await until(
    'the end of all programs',
    patienceMs,
    () => !settings.stack.programs.some(settings.stack.programNow) || undefined,
  );
  const left = everywhere((place) => ({ place, keeper: keeperOn(place), kept: keptInstance(serviceOn(place)) }));
  const { places } = settings.stack;
  // The first stage is done, and its instances need nobody.
  const canaries = places.filter(({ region }) => region === places[0]?.region);
  for (const place of canaries) expect(await lookAtHost(place.host, serviceOn(place))).toMatchObject({ answers: 7 });

  // It has been shown: what goes on is not disturbed by another demonstration.
  stack = npmStart(['--data', root]);
  await stack.untilReady();
  expect(stack.output()).toContain('The demonstration was shown before; once more: npm start -- --demo');
  settings = await openRunSettings(openRunningStack(root), repository);
  const healed = { ...begun.course, startedAtMs: Date.now() };
  expect(await untilOver({ ...begun, ...settings, course: healed })).toBeNull();
  // By itself: hosts that nobody could hear meanwhile are no reason to ask a person.
  expect(begun.course.duties.resumed).toBe(0);
  await begun.course.close();
  const path = { service: settings.service, deployment: 7 };
  expect(await settings.stack.clientOf('ada').call('showDeployment', { path })).toMatchObject({
    reason: 'checkout@7 is live in 5 of 5 regions',
    outcome: 'succeeded',
  });
  const after = await releaseNow(settings);
  expect(after?.number).toBe(7);
  for (const { place, keeper } of left) expect([place.host, keeperOn(place)]).toEqual([place.host, keeper]);
  const switched = left.filter(({ kept }) => kept?.release === after?.digest);
  expect(switched.map(({ place }) => instanceOn(place))).toEqual(switched.map(({ kept }) => kept?.process));
});

test('a region worker that answers nothing is named to whoever waits, and the deployment goes on when it does', async () => {
  const before = await releaseNow(settings);
  const goOn = freeze(settings.stack, 'region-worker-us-west');
  cleanUps.push(async () => goOn());
  const watch = watchRun(settings.stack, settings.databases, settings.service);
  const begun = await begin(settings, undisturbed, { before, name: 'frozen', watch });
  cleanUps.push(watch.close, begun.course.close);
  const path = { service: settings.service, deployment: 8 };
  await until('the region is named', patienceMs, async () => {
    const { waiting } = await settings.stack.clientOf('ada').call('showDeployment', { path });
    return waiting?.includes('us-west') || undefined;
  });
  goOn();
  expect(await untilOver({ ...begun, ...settings })).toBeNull();
  await Promise.all([begun.course.close(), watch.close()]);
  expect((await releaseNow(settings))?.number).toBe(8);
});

test('no secret was written where it could be read', async () => {
  expect(noSecrets(settings.stack.data, JSON.stringify(await readAudit(settings.databases)))).toEqual([]);
});

test('Ctrl-C ends every process, keepers and instances too', async () => {
  stack.signalGroup('SIGINT');
  // The shell between npm and the launcher may answer with the signal, after all is over.
  expect([0, 'SIGINT']).toContain(await stack.untilEnded());
  expect(processesOf(root)).toEqual([]);
});
