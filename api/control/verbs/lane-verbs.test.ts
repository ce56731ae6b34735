import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { deploymentNumber, digest, releaseNumber } from '../../../domain/names.ts';
import { createDeploymentRecords } from '../../../infra/postgres/central/deployment-records.ts';
import { Audit, Deployment, Release, Service } from '../../../infra/postgres/central/entities.ts';
import { createReleaseRecords } from '../../../infra/postgres/central/release-records.ts';
import { createLaneRecords } from '../../../infra/postgres/central/lane-records.ts';
import { laneWorkflowId, submitUpdate, type SubmitMessage } from '../../../workflows/messages/lane.ts';
import { mergeRequest } from '../../../test/central-database.ts';
import { codeOf, signIn, startControlApi } from '../../../test/control-api.ts';
import { spec } from '../../../test/release-fixture.ts';
import { openStandIns, planDigest, service, type StandIns, type StandInService } from './stand-ins.fixture.ts';

let standIns: StandIns;
let at: StandInService;
beforeAll(async () => void (standIns = await openStandIns()));
afterAll(() => standIns.close());
beforeEach(async () => void (at = await standIns.openService()));
afterEach(() => at.close());

test('a deploy starts the lane and gets its number and its place', async () => {
  const answer = await at.post('deployments', at.tokens.ada, { release: 7, reason: 'hotfix' });
  expect(answer.status).toBe(202);
  expect(answer.body).toEqual({ deployment: 'checkout/1', number: 1, repeated: false, ahead: 0, lock: null });
  expect((await at.post('deployments', at.tokens.ada, { release: 8 })).body).toMatchObject({ number: 2, ahead: 1 });
});

test('a lock ends when it says so; who set it, a release-owner, and after an undo an owner of the service open it', async () => {
  const until = new Date(Date.now() + 3_600_000).toISOString();
  const past = await at.post('lock', at.tokens.ada, { reason: 'INC-7', until: '2020-01-01T00:00:00Z' });
  expect([past.status, past.body.detail]).toEqual([400, 'until must be a time to come']);
  expect((await at.post('lock', at.tokens.ada, { reason: 'INC-7', until })).status).toBe(202);
  const kim = await signIn(at.central.database, 'kim', 'deployer');
  const refused = await at.post('unlock', kim, { reason: 'over' });
  expect([refused.status, codeOf(refused), refused.body.detail]).toEqual([
    403,
    'not-allowed',
    'ada has locked it: ada or a release-owner may open it',
  ]);
  expect((await at.post('unlock', at.tokens.ada, { reason: 'over' })).status).toBe(202);
  await at.central.database.em.fork().nativeUpdate(Service, { name: service }, { owners: ['kim'] });
  const bySlipway = await signIn(at.central.database, 'slipway', 'deployer');
  await at.post('lock', bySlipway, { reason: 'undone' });
  expect((await at.post('unlock', at.tokens.ada, { reason: 'over' })).status).toBe(403);
  expect((await at.post('unlock', kim, { reason: 'over' })).status).toBe(202);
});

test('a hotfix is for a release-owner with a reason, and says what makes way for it', async () => {
  const hotfix = { release: 7, reason: 'INC-7: over 3' };
  const refused = await at.post('hotfix', at.tokens.ada, hotfix);
  expect([refused.status, codeOf(refused)]).toEqual([403, 'not-allowed']);
  expect((await at.post('hotfix', at.tokens.mo, { release: 7 })).status).toBe(400);
  await at.post('lock', at.tokens.ada, { reason: 'INC-7' });
  const answer = await at.post('hotfix', at.tokens.mo, { ...hotfix, active: 'hold' });
  expect([answer.status, answer.body]).toEqual([
    202,
    {
      deployment: 'checkout/1',
      number: 1,
      repeated: false,
      active: { deployment: 'checkout/3', how: 'held' },
      lock: expect.objectContaining({ owner: 'ada' }),
    },
  ]);
  expect(codeOf(await at.post('hotfix', at.tokens.mo, { ...hotfix, release: 404 }))).toBe('release-not-found');
});

test('a hotfix of what is on its way already lets it past freezes, once, by whom and why', async () => {
  const number = Number((await at.openDeployment()).split('/')[1]);
  const hotfix = { release: 7, reason: `INC-7: on its way as ${number}` };
  for (const key of ['key-of-mine', 'key-of-mine', 'another-key'])
    expect((await at.post('hotfix', at.tokens.mo, hotfix, { key })).body).toMatchObject({ number, repeated: true });
  const em = at.central.database.em.fork();
  const row = await em.findOneOrFail(Deployment, { service, number: deploymentNumber(number) });
  expect(row.pass).toEqual({ by: 'mo', reason: hotfix.reason });
  expect(await em.find(Audit, { verb: 'pass-given' })).toMatchObject([{ actor: 'mo', object: `checkout/${number}` }]);
});

test('what was undone is retried, and what runs is redeployed: once at a time, with a reason that says so', async () => {
  const deployment = await at.openDeployment();
  const number = Number(deployment.split('/')[1]);
  const retry = (key?: string) =>
    at.post(`${deployment}/retry`, at.tokens.ada, { reason: 'the disk is mended' }, key ? { key } : {});
  const early = await retry();
  expect([early.status, codeOf(early), early.body.detail]).toEqual([
    409,
    'refused',
    `checkout/${number} is not over: wait for its end, or abort it`,
  ]);
  const records = createDeploymentRecords(at.central.database);
  const end = { service, deployment: deploymentNumber(number), sequence: 9, regions: [], pending: [], lock: null };
  await records.finish({ ...end, outcome: 'undone', reason: 'bad' });
  expect((await retry('retry-once')).body).toMatchObject({ deployment: 'checkout/1', repeated: false });
  expect((await retry('retry-once')).body).toMatchObject({ deployment: 'checkout/1' });
  const nothing = await at.post('redeploy', at.tokens.ada, {});
  expect([nothing.status, nothing.body.detail]).toEqual([409, 'checkout runs nothing yet']);
  await at.central.database.em.fork().nativeUpdate(Service, { name: service }, { currentRelease: releaseNumber(1) });
  expect((await at.post('redeploy', at.tokens.ada, {})).body).toMatchObject({ deployment: 'checkout/2' });
  // As its lane writes it down.
  const source = { from: 'person', person: 'ada', release: releaseNumber(1), reason: null } as const;
  await at.central.database.em.fork().nativeUpdate(Release, { service, number: releaseNumber(1) }, { state: 'ready' });
  const open = { key: 'deploy:ada:other', service, kind: 'rollout', source, traceparent: null } as const;
  await createLaneRecords(at.central.database).open(open);
  const twice = await retry();
  expect([twice.status, twice.body.detail]).toEqual([409, 'checkout/2 brings checkout@1 already']);
});

test('a retry and a redeploy are shown first, and refused there as they would be; a second of the kind is another request', async () => {
  const number = Number((await at.openDeployment()).split('/')[1]);
  const dialogOf = async (query: string) =>
    (await at.api.ask(`/v1/services/checkout/dialog?${query}`, { token: at.tokens.ada })).body;
  const early = await dialogOf(`verb=retry&deployment=${number}`);
  expect(early.refused).toBe(`checkout/${number} is not over: wait for its end, or abort it`);
  const em = at.central.database.em.fork();
  await createReleaseRecords(at.central.database).recordSigned({
    service,
    release: releaseNumber(1),
    deployment: deploymentNumber(number),
    digest: planDigest,
    configDigest: planDigest,
    spec: { ...spec, rollout: { ...spec.rollout, stages: spec.rollout.stages.slice(0, 1) } },
    totalBytes: 1,
    files: 1,
    buildLog: null,
  });
  const end = { service, deployment: deploymentNumber(number), sequence: 9, regions: [], pending: [], lock: null };
  await createDeploymentRecords(at.central.database).finish({ ...end, outcome: 'undone', reason: 'bad' });
  const shown = await dialogOf(`verb=retry&deployment=${number}`);
  expect(shown).toMatchObject({ refused: null, title: `Retry checkout/${number}: deploy checkout@1 once more?` });
  const sent = { reason: 'mended', dialog: shown.digest };
  const stale = { ...sent, dialog: digest(`sha256:${'9'.repeat(64)}`) };
  const retry = (body: object, key: unknown) =>
    at.post(`deployments/${number}/retry`, at.tokens.ada, body, { key: String(key) });
  expect(codeOf(await retry(stale, 'another-key'))).toBe('state-changed');
  expect((await retry(sent, shown.idempotencyKey)).body).toMatchObject({ deployment: 'checkout/1', repeated: false });
  // As its lane writes it down.
  const source = { from: 'person', person: 'ada', release: releaseNumber(1), reason: null } as const;
  const open = { key: 'retry:ada:other', service, kind: 'rollout', source, traceparent: null } as const;
  await createLaneRecords(at.central.database).open(open);
  const busy = 'checkout/2 brings checkout@1 already. Follow it: slipway watch checkout/2';
  const after = await dialogOf(`verb=retry&deployment=${number}`);
  expect(after.refused).toBe(busy);
  expect(after.idempotencyKey).not.toBe(shown.idempotencyKey);
  await em.nativeUpdate(Service, { name: service }, { currentRelease: releaseNumber(1) });
  expect(await dialogOf('verb=redeploy')).toMatchObject({ refused: busy, verb: 'redeploy', object: 'checkout' });
});

test('the same request sent again, by two processes at once, is one deployment', async () => {
  const other = await startControlApi({
    database: at.central.database,
    databaseUrl: at.central.url,
    temporal: at.temporal.client,
  });
  try {
    const ask = { token: at.tokens.ada, body: { release: 7 }, key: 'the-same-request' };
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        (index % 2 ? at.api : other).ask('/v1/services/checkout/deployments', ask),
      ),
    );
    for (const { body } of answers) expect(body).toMatchObject({ deployment: 'checkout/1' });
  } finally {
    await other.close();
  }
});

test('a locked lane refuses a deploy with the reason, and queues one that says so', async () => {
  expect((await at.post('lock', at.tokens.mo, { reason: 'INC-7' })).status).toBe(202);
  const refused = await at.post('deployments', at.tokens.ada, { release: 7 });
  expect([refused.status, codeOf(refused), refused.body.detail]).toEqual([
    409,
    'lane-locked',
    'checkout is locked by mo',
  ]);
  const queued = await at.post('deployments', at.tokens.ada, { release: 7, queue: true });
  expect(queued.body).toMatchObject({ number: 1, lock: { owner: 'mo', reason: 'INC-7' } });
  expect((await at.post('unlock', at.tokens.mo, { reason: 'over' })).status).toBe(202);
  expect((await at.post('deployments', at.tokens.ada, { release: 7 })).body).toMatchObject({ number: 2, lock: null });
});

test('a release that is not there is named', async () => {
  const answer = await at.post('deployments', at.tokens.ada, { release: 404 });
  expect([answer.status, codeOf(answer)]).toEqual([404, 'release-not-found']);
  const newest = await at.post('deployments', at.tokens.ada, {});
  expect(newest.body.detail).toBe('no release of checkout is ready');
});

test('a rollback undoes what is on its way, and says so when there is nothing', async () => {
  const nothing = await at.post('rollback', at.tokens.ada, {});
  expect([nothing.status, codeOf(nothing)]).toEqual([409, 'nothing-to-roll-back-to']);
  await at.post('deployments', at.tokens.ada, { release: 7 });
  const answer = await at.post('rollback', at.tokens.ada, { reason: 'it burns' });
  expect(answer.body).toMatchObject({ outcome: 'undoing', deployment: 'checkout/1' });
});

test('a rollback that names a release or regions says why', async () => {
  for (const named of [{ to: 3 }, { regions: ['ap-south'] }]) {
    const unexplained = await at.post('rollback', at.tokens.ada, named);
    expect([unexplained.status, codeOf(unexplained)]).toEqual([400, 'invalid-request']);
    const nothing = await at.post('rollback', at.tokens.ada, { ...named, reason: 'INC-7' });
    expect([nothing.status, codeOf(nothing)]).toEqual([409, 'nothing-to-roll-back-to']);
  }
});

test('a key is one of its person and its verb: what a merge, another verb or another person did with it is not answered', async () => {
  const move = `merge:checkout:main:${'b'.repeat(40)}:${'a'.repeat(40)}`;
  const key = { key: move };
  await at.post('lock', at.tokens.mo, { reason: 'INC-7' }, key);
  await at.post('unlock', at.tokens.mo, { reason: 'over' }, key);
  const lane = at.temporal.client.workflow.getHandle(laneWorkflowId(service));
  const args: [SubmitMessage] = [{ request: mergeRequest(move), queueWhenLocked: true }];
  expect(await lane.executeUpdate(submitUpdate, { updateId: move, args })).toMatchObject({ deployment: 1 });
  const deployed = await at.post('deployments', at.tokens.ada, { release: 7 }, key);
  expect(deployed.body).toMatchObject({ number: 2, lock: null });
  expect((await at.post('rollback', at.tokens.ada, {}, key)).body).toMatchObject({ outcome: 'undoing', number: 2 });
  const queued = { release: 7, queue: true };
  expect((await at.post('deployments', at.tokens.mo, queued, key)).body).toMatchObject({ number: 3, repeated: false });
  const deployment = await at.openDeployment();
  const paused = await at.post(`${deployment}/pause`, at.tokens.ada, {}, key);
  expect(paused.body.message).toBe('paused by ada: ');
  expect((await at.post(`${deployment}/abort`, at.tokens.ada, {}, key)).body.message).toBe('aborted by ada');
});

test('a key that comes with another request is refused', async () => {
  const key = { key: 'one-and-the-same' };
  await at.openDeployment();
  await at.central.database.em.fork().nativeUpdate(Deployment, { service }, { key: `deploy:ada:${key.key}` });
  expect((await at.post('deployments', at.tokens.ada, { release: 1 }, key)).status).toBe(202);
  expect((await at.post('deployments', at.tokens.ada, { release: 1, queue: true }, key)).body).toMatchObject({
    number: 1,
  });
  for (const body of [{ release: 8 }, { release: 1, kind: 'roll-forward' }, { release: 1, regions: ['eu-west'] }]) {
    const answer = await at.post('deployments', at.tokens.ada, body, key);
    expect([answer.status, codeOf(answer)]).toEqual([422, 'key-reused']);
    expect(answer.body.detail).toBe('it was used for checkout/1, a rollout of release 1');
  }
});
