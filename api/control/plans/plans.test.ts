import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { storeLog } from '../../../activities/build/store-release.ts';
import { judgeRules } from '../../../domain/plan/judge-rules.ts';
import { deploymentNumber, digest, regionName, releaseNumber, serviceName } from '../../../domain/names.ts';
import { createDeploymentRecords } from '../../../infra/postgres/central/deployment-records.ts';
import { ServiceRegion } from '../../../infra/postgres/central/entities.ts';
import { createFreezeBook } from '../../../infra/postgres/central/freeze-book.ts';
import { createLaneRecords } from '../../../infra/postgres/central/lane-records.ts';
import { createReleaseRecords } from '../../../infra/postgres/central/release-records.ts';
import { createRegionSummaries } from '../../../infra/postgres/central/api-summaries.ts';
import { storedBuildLogs } from '../../../infra/stores/build-logs.ts';
import { openFolderStore } from '../../../infra/stores/folder-store.ts';
import type { Deployment } from '../../../protocol/api/deployment.ts';
import { parseServiceSpec } from '../../../protocol/service-spec.ts';
import {
  addService,
  createCentralDatabase,
  mergeRequest,
  mergeTraceId,
  type CentralTestDatabase,
} from '../../../test/central-database.ts';
import { codeOf, signIn, startControlApi, type TestControlApi } from '../../../test/control-api.ts';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

let central: CentralTestDatabase;
let api: TestControlApi;
let token: string;
let folder: string;
const service = serviceName('checkout');
const one = deploymentNumber(1);
const someDigest = digest(`sha256:${'1'.repeat(64)}`);
const noHosts = { total: 0, healthy: 0, unhealthy: 0, switching: 0, reverted: 0, unknown: 0, absent: 0 };
const big = `${'x'.repeat(300 * 1024)}é the last line\n`;

const parsed = parseServiceSpec(`
service: checkout
run: { command: [node, server.js] }
health: { http: /healthz }
approve: { quorum: 1, roles: [release-owner] }
rollout:
  stages:
    - { name: canary, regions: [eu-west], batches: [1, 100%], bake: 2m }
    - { name: world, regions: [ap-south], batches: [100%] }
`);

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'slipway-store-'));
  const store = await openFolderStore(folder);
  central = await createCentralDatabase();
  const { database, url: databaseUrl } = central;
  api = await startControlApi({ database, databaseUrl, logs: storedBuildLogs(store) });
  token = await signIn(database, 'ada', 'release-owner');
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  const lanes = createLaneRecords(database);
  for (const key of ['m1', 'm2']) await lanes.open(mergeRequest(key));
  await lanes.claimStart({ service, deployment: one });
  const buildLog = await storeLog(store, { bytes: Buffer.from(big), truncated: false });
  await createReleaseRecords(database).recordSigned({
    service,
    release: releaseNumber(1),
    deployment: one,
    digest: someDigest,
    configDigest: someDigest,
    spec: parsed.spec,
    totalBytes: 1_024,
    files: 3,
    buildLog,
  });
  const hosts = { ...noHosts, total: 3, healthy: 2, absent: 1 };
  await createRegionSummaries(database).store({
    region: 'eu-west',
    sequence: 1,
    at: new Date().toISOString(),
    services: [{ service, generation: 1, hosts, running: [] }],
  } as never);
});
afterAll(async () => {
  await api.close();
  await central.close();
  await rm(folder, { recursive: true });
});

const get = (address: string) => api.ask(`/v1/services/${address}`, { token });
const record = (sequence: number, event: string, more: object) =>
  createDeploymentRecords(central.database).showProgress({
    service,
    deployment: one,
    sequence,
    state: 'building',
    stage: null,
    paused: false,
    held: false,
    waiting: null,
    waitingFor: null,
    regions: [],
    approvals: null,
    actor: 'slipway',
    event,
    message: event,
    ...more,
  });

test('a plan says what a deployment would do, and changes nothing', async () => {
  const { status, body } = await get('checkout/plan');
  expect(status).toBe(200);
  expect(body).toMatchObject({
    service: 'checkout',
    release: 1,
    from: null,
    kind: 'rollout',
    totalBytes: 1_024,
    ahead: 2,
    lock: null,
    commit: { subject: 'Fix', authors: ['lin'] },
    stages: [
      {
        name: 'canary',
        regions: [{ region: 'eu-west', hosts: 3, absent: 1, batches: [1, 2] }],
        batches: ['1', '100%'],
        bakeMs: 120_000,
      },
      { name: 'world', regions: [{ region: 'ap-south', hosts: null }], batches: ['100%'] },
    ],
    approval: { quorum: 1, roles: ['release-owner'] },
    tookMs: null,
  });
  expect(body.judge).toEqual(parsed.ok && judgeRules(parsed.spec));
  expect((await get('checkout/plan?release=1')).body.digest).toBe(body.digest);
});

test('a plan for some of the regions has their stages only, and another digest', async () => {
  const { status, body } = await get('checkout/plan?regions=ap-south');
  expect(status).toBe(200);
  expect(body.stages).toMatchObject([{ name: 'world', regions: [{ region: 'ap-south' }] }]);
  expect(body.digest).not.toBe((await get('checkout/plan')).body.digest);
  const nowhere = await get('checkout/plan?regions=moon');
  expect([nowhere.status, nowhere.body.detail]).toEqual([
    409,
    "checkout@1 can't be planned: checkout does not go to moon: its regions are eu-west, ap-south",
  ]);
  const asked = { token, body: { release: 1, regions: ['moon'] } };
  const deployed = await api.ask('/v1/services/checkout/deployments', asked);
  expect([deployed.status, codeOf(deployed)]).toEqual([409, 'refused']);
  const dialog = await get('checkout/dialog?verb=deploy&regions=ap-south');
  expect(dialog.body.digest).not.toBe((await get('checkout/dialog?verb=deploy')).body.digest);
});

test.each([
  ['checkout/plan?regions=ap-south,ap-south', 400, 'invalid-request'],
  ['checkout/plan?release=9', 404, 'release-not-found'],
  ['checkout/plan?release=2', 409, 'release-not-ready'],
  ['nothing/plan', 404, 'not-found'],
  ['checkout/dialog?verb=abort', 400, 'invalid-request'],
  ['checkout/dialog?verb=abort&deployment=9', 404, 'not-found'],
  ['checkout/dialog?verb=dance', 400, 'invalid-request'],
  ['nothing/dialog?verb=lock', 404, 'not-found'],
  ['checkout/deployments/9/timeline', 404, 'not-found'],
  ['checkout/releases/9/log', 404, 'not-found'],
  ['checkout/releases/2/log', 404, 'not-found'],
])('%s is answered with %i %s', async (address, status, code) => {
  const answer = await get(address);
  expect([answer.status, codeOf(answer)]).toEqual([status, code]);
});

test('only a release that is being built is waited for', async () => {
  const next = async () => String((await get('checkout/plan?release=2')).body.next);
  expect(await next()).toMatch(/^Wait until it is built, or choose one that is ready: slipway list releases /);
  const became = (state: string) =>
    central.database.em
      .fork()
      .execute(`update release set state = ? where service = 'checkout' and number = 2`, [state]);
  await became('retired');
  expect(await next()).toBe('Choose one that is ready: slipway list releases --service checkout');
  await became('building');
});

test('a plan that moved is not deployed, nor what a dialog no longer means', async () => {
  const moved = `sha256:${'9'.repeat(64)}`;
  for (const body of [{ plan: moved }, { dialog: moved }]) {
    const answer = await api.ask('/v1/services/checkout/deployments', { token, body: { release: 1, ...body } });
    expect([answer.status, codeOf(answer)]).toEqual([409, 'state-changed']);
  }
});

test('a dialog says who may not do it', async () => {
  const guest = await signIn(central.database, 'guest');
  const { body } = await api.ask('/v1/services/checkout/dialog?verb=lock', { token: guest });
  expect(body.refused).toBe(
    'guest needs the role deployer or release-owner. An owner of checkout or an operator can grant it: slipway grant guest --role deployer --service checkout',
  );
});

test('a deploy is another one when it is a roll-forward: what was shown of the one is not sent as the other', async () => {
  const dialogOf = async (query: string) => (await get(`checkout/dialog?verb=deploy&release=1${query}`)).body;
  const [rollout, forward] = [await dialogOf(''), await dialogOf('&kind=roll-forward')];
  expect(forward.title).toBe('Roll checkout forward to @1?');
  expect(forward.idempotencyKey).not.toBe(rollout.idempotencyKey);
  const sent = { release: 1, kind: 'roll-forward', dialog: rollout.digest };
  const answer = await api.ask('/v1/services/checkout/deployments', { token, body: sent });
  expect([answer.status, codeOf(answer)]).toEqual([409, 'state-changed']);
});

test('a log that is long is answered by its end, whole characters only', async () => {
  const { status, body } = await get('checkout/releases/1/log');
  expect([status, body.release, body.truncated]).toEqual([200, 'checkout@1', true]);
  expect(String(body.text)).toMatch(/x+é the last line\n$/);
  expect(Buffer.byteLength(String(body.text))).toBe(256 * 1024);
});

test('without the store the end that was recorded is answered', async () => {
  const bare = await startControlApi({ database: central.database, databaseUrl: central.url });
  try {
    const { body } = await bare.ask('/v1/services/checkout/releases/1/log', { token });
    expect([String(body.text).length, body.truncated]).toEqual([2_000, true]);
  } finally {
    await bare.close();
  }
});

test('a deployment is shown with its steps, what ends its wait, and where its commit is', async () => {
  await record(1, 'build-started', {});
  const region = { region: 'eu-west', state: 'pending', batch: 0, batches: 2, reason: null };
  const hosts = { total: 0, switched: 0, healthy: 0, failed: 0 };
  await record(2, 'planned', { regions: [{ ...region, hosts }] });
  const waiting = { waiting: 'waits for approval (0 of 1) by release-owner', waitingFor: 'approval' };
  await record(3, 'approval-wanted', { state: 'approving', approvals: { given: 0, wanted: 1 }, ...waiting });
  const shown = (await get('checkout/deployments/1')).body as unknown as Deployment;
  expect(shown).toMatchObject({
    from: null,
    subject: 'Fix',
    hosts: { total: 3, onRelease: 0 },
    why: {
      cause: waiting.waiting,
      next: { command: 'slipway approve checkout/1', verb: 'approve' },
      needsSomeone: true,
    },
    regions: [{ region: 'eu-west', stage: 'canary' }],
    verbs: ['approve', 'break-glass', 'reject', 'pause', 'abort'],
    commit: 'a'.repeat(40),
    traceId: mergeTraceId,
    links: {
      commit: `https://code.example/acme/checkout/commit/${'a'.repeat(40)}`,
      trace: `https://traces.example/trace/${mergeTraceId}`,
    },
  });
  expect(shown.steps.map(({ name, state }) => `${name} ${state}`)).toEqual([
    'build done',
    'approval waiting',
    'replication running',
    'canary pending',
    'world pending',
  ]);
  expect(shown).not.toHaveProperty('linked');
});

test('what waits in the lane says behind whom, and behind which lock', async () => {
  const whyOf = async () => ((await get('checkout/deployments/2')).body as unknown as Deployment).why;
  expect((await whyOf())?.cause).toBe('waits for 1 deployment before it (checkout/1 is active)');
  const lock = { owner: 'mo', reason: 'INC-7', since: '2026-11-24T12:00:00.000Z' };
  const lanes = createLaneRecords(central.database);
  await lanes.changeLock({ service, lock, by: 'mo', reason: 'INC-7', key: 'l' });
  expect(await whyOf()).toMatchObject({ next: { verb: 'unlock' }, needsSomeone: true });
  await lanes.changeLock({ service, lock: null, by: 'mo', reason: 'over', key: 'u' });
});

test('the run of its workflow is in its link once it is known', async () => {
  const linkOf = async () => ((await get('checkout/deployments/1')).body as unknown as Deployment).links.temporal;
  const workflow = 'http://temporal.example/namespaces/default/workflows/deployment%3Acheckout%3A1';
  expect(await linkOf()).toBe(workflow);
  await createLaneRecords(central.database).noteRun({ service, deployment: one }, 'run-1');
  expect(await linkOf()).toBe(`${workflow}/run-1/history`);
});

test('a timeline is told newest first, in pages', async () => {
  const first = await get('checkout/deployments/1/timeline?limit=2');
  const items = first.body.items as { verb: string; message: string }[];
  expect(items.map(({ verb, message }) => [verb, message])).toEqual([
    ['approval-wanted', 'approval-wanted'],
    ['planned', 'planned'],
  ]);
  const rest = await get(`checkout/deployments/1/timeline?limit=2&cursor=${String(first.body.next)}`);
  expect((rest.body.items as { verb: string }[]).map(({ verb }) => verb)).toEqual([
    'build-started',
    'deployment-started',
  ]);
});

test('an api says which it is', async () => {
  const { body } = await api.ask('/v1/about', { token });
  expect(body).toMatchObject({
    version: '0.0.0-test',
    temporalUi: 'http://temporal.example',
    // In ap-south no service has run yet: it is not silent.
    regions: { total: 2, reporting: 1, withoutService: 1 },
  });
});

test('a rollback is shown with the hosts of the regions where the service was finished, as its plan goes there', async () => {
  const name = 'returns';
  const other = serviceName(name);
  const { database } = central;
  await addService(database, name);
  const hosts = (total: number) => ({ ...noHosts, total, healthy: total });
  const reported = { service: other, generation: 1, running: [] };
  for (const [region, total] of [
    ['eu-west', 4],
    ['ap-south', 7],
  ] as const)
    await createRegionSummaries(database).store({
      region,
      sequence: 100,
      at: new Date().toISOString(),
      services: [{ ...reported, hosts: hosts(total) }],
    } as never);
  // Only in eu-west a deployment was finished; what ap-south reports is of one that was undone there.
  const intent = { service: other, intendedAt: new Date(), intent: {} as never };
  const em = database.em.fork();
  await em.insert(ServiceRegion, { ...intent, region: regionName('eu-west'), release: releaseNumber(2) });
  await em.insert(ServiceRegion, { ...intent, region: regionName('ap-south') });
  const { body } = await get(`${name}/dialog?verb=rollback`);
  expect(body.confirm).toBe('Roll back 4 hosts');
  expect((body.lines as { text: string }[])[0]?.text).toContain('4 hosts go back');
  expect((body.lines as { text: string }[])[0]?.text).toContain('in 1 region (eu-west)');
});

test('a list asks the database as often for thirty services as for one', async () => {
  const lanes = createLaneRecords(central.database);
  for (let each = 1; each <= 30; each++) {
    const name = `service-${each}`;
    await addService(central.database, name);
    await lanes.open(mergeRequest(`merge-${each}`, name));
    await lanes.claimStart({ service: serviceName(name), deployment: one });
  }
  const logger = central.database.config.getLogger();
  const queries: string[] = [];
  logger.setDebugMode(['query']);
  logger.logQuery = ({ query }) => void queries.push(query ?? '');
  const asked = async (address: string): Promise<number> => {
    queries.length = 0;
    expect((await api.ask(address, { token })).status).toBe(200);
    return queries.length;
  };
  try {
    for (const list of ['services', 'deployments']) {
      const of = [await asked(`/v1/${list}?limit=1`), await asked(`/v1/${list}?limit=200`)];
      expect(of[0]).toBeGreaterThan(2);
      expect(Math.abs(of[1]! - of[0]!)).toBeLessThanOrEqual(3);
    }
  } finally {
    logger.setDebugMode(false);
  }
});

test('a deploy of what is frozen is refused in its dialog already, which offers to wait', async () => {
  const once = { every: 'once', from: '2026-11-24T12:00:00.000Z', until: null } as const;
  const freeze = { kind: 'freeze', owner: 'mo', reason: 'holidays', policy: 'hold', when: once, key: 'k1' } as const;
  const book = createFreezeBook(central.database);
  const added = await book.add({ ...freeze, scope: { services: [], regions: [regionName('ap-south')] } }, new Date());
  const dialogOf = async (more = '') => (await get(`checkout/dialog?verb=deploy${more}`)).body;
  const text = 'frozen since 2026-11-24 12:00 UTC by mo: "holidays"';
  expect(await dialogOf()).toMatchObject({ refused: text, mayWaitFor: ['freeze'] });
  expect(await dialogOf('&queue=true')).toMatchObject({ refused: null, mayWaitFor: ['freeze'] });
  expect(await dialogOf('&regions=eu-west')).not.toHaveProperty('mayWaitFor');
  await book.end(added.freeze, { by: 'mo', reason: 'over', key: 'k2' }, new Date());
  expect(await dialogOf()).not.toHaveProperty('mayWaitFor');
});
