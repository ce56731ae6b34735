import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { LaneLock } from '../../../domain/lane/lane.ts';
import { deploymentNumber, regionName, releaseNumber, serviceName, type RegionName } from '../../../domain/names.ts';
import { createLaneActivities } from '../../../activities/lane/activities.ts';
import type { DeploymentRequest, OpenDeploymentResult } from '../../../activities/lane/contract.ts';
import type { DeploymentWorkflows } from '../../../activities/lane/deployment-workflows.ts';
import { addService, createCentralDatabase, mergeRequest } from '../../../test/central-database.ts';
import type { CentralTestDatabase } from '../../../test/central-database.ts';
import { createDeploymentRecords } from './deployment-records.ts';
import { Audit, Deployment, InboxRow, Release } from './entities.ts';
import { createLaneRecords } from './lane-records.ts';
import { createRegionRecords } from './region-records.ts';

let central: CentralTestDatabase;
beforeAll(async () => {
  central = await createCentralDatabase();
});
afterAll(() => central.close());

const em = () => central.database.em.fork();
const records = () => createLaneRecords(central.database);
const service = serviceName('checkout');
const ref = (number: number) => ({ service, deployment: deploymentNumber(number) });

const person = (key: string, release: number): DeploymentRequest => ({
  key,
  service,
  kind: 'roll-forward',
  source: { from: 'person', person: 'ada', release: releaseNumber(release), reason: null },
  traceparent: null,
});

describe('opening deployments', () => {
  test('promise 7: one merge, asked for a hundred times at once, opens one deployment', async () => {
    await addService(central.database, 'parallel');
    const answers = await Promise.all(
      Array.from({ length: 100 }, () => records().open(mergeRequest('move', 'parallel'))),
    );

    expect(answers.filter(({ outcome }) => outcome === 'opened')).toHaveLength(1);
    expect(answers.filter(({ outcome }) => outcome === 'repeated')).toHaveLength(99);
    expect(await em().count(Deployment, { service: serviceName('parallel') })).toBe(1);
    expect(await em().count(Release, { service: serviceName('parallel') })).toBe(1);
  });

  test('different merges get numbers in the order in which they are opened', async () => {
    await addService(central.database, 'ordered');
    const first = await records().open(mergeRequest('one', 'ordered'));
    const second = await records().open(mergeRequest('two', 'ordered'));
    expect([first, second]).toMatchObject([
      { deployment: { deployment: 1, release: 1, started: false } },
      { deployment: { deployment: 2, release: 2 } },
    ]);
    expect(await records().readLane(serviceName('ordered'))).toMatchObject({
      lock: null,
      open: [
        { deployment: 1, key: 'one' },
        { deployment: 2, key: 'two' },
      ],
    });
  });

  test('the inbox row that it came from names the deployment', async () => {
    const { kind, source } = mergeRequest('from-inbox');
    await em().insert(InboxRow, {
      service,
      deliveryKey: 'from-inbox',
      payload: { kind, source },
      receivedAt: new Date(),
    });
    const { deployment } = (await records().open(mergeRequest('from-inbox'))) as { deployment: { deployment: number } };
    expect(await em().findOneOrFail(InboxRow, { deliveryKey: 'from-inbox' })).toMatchObject({
      deployment: deployment.deployment,
      finishedAt: null,
    });
  });

  test('a person deploys only a release that exists and was built', async () => {
    expect(await records().open(person('p1', 999))).toEqual({
      outcome: 'refused',
      code: 'release-not-found',
      reason: 'there is no release checkout@999',
    });
    expect(await records().open(person('p2', 1))).toMatchObject({
      outcome: 'refused',
      code: 'release-not-ready',
      reason: "checkout@1 can't be deployed: it is building",
    });
    await em().nativeUpdate(Release, { service, number: releaseNumber(1) }, { state: 'ready' });
    expect(await records().open(person('p3', 1))).toMatchObject({ outcome: 'opened', deployment: { release: 1 } });
  });

  test('an unknown service is refused', async () => {
    expect(await records().open(mergeRequest('x', 'nobody'))).toMatchObject({ outcome: 'refused', code: 'not-found' });
    expect(await records().readLane(serviceName('nobody'))).toBeNull();
  });

  test('a subject that Postgres can not hold is stored without what it can not hold', async () => {
    const request = mergeRequest('nul');
    const subject = 'a\0b\ud800';
    expect(
      await records().open({ ...request, source: { ...request.source, subject } as typeof request.source }),
    ).toMatchObject({ outcome: 'opened' });
    expect(await em().findOneOrFail(Deployment, { service, key: 'nul' })).toMatchObject({
      source: { subject: 'a\ufffdb\ufffd' },
    });
  });
});

describe('starting and cancelling', () => {
  test('a deployment that was claimed can not be cancelled, one that was cancelled can not be claimed', async () => {
    const open = async (key: string) =>
      ((await records().open(mergeRequest(key))) as { deployment: { deployment: number } }).deployment.deployment;
    const [claimed, cancelled] = [await open('c1'), await open('c2')];

    expect(await records().claimStart(ref(claimed))).toBe('claimed');
    expect(await records().cancel(ref(claimed), 'mo', 'no')).toBe('started');
    expect(await records().cancel(ref(cancelled), 'mo', 'no')).toBe('cancelled');
    expect(await records().cancel(ref(cancelled), 'mo', 'no')).toBe('ended');
    expect(await records().claimStart(ref(cancelled))).toBe('ended');
    expect(await records().read(ref(cancelled))).toMatchObject({ outcome: 'cancelled', started: false });
    const row = await em().findOneOrFail(Deployment, { service, number: deploymentNumber(cancelled) });
    expect(await em().findOneOrFail(Release, { service, number: row.release })).toMatchObject({ state: 'retired' });
  });
});

describe('what a lane asks for that does not know what is recorded', () => {
  const other = serviceName('stale');
  const of = (number: number) => ({ service: other, deployment: deploymentNumber(number) });
  const mergeOf = (key: string): DeploymentRequest => ({ ...mergeRequest(key), service: other });
  const opened = async (request: DeploymentRequest) => {
    const answer = await records().open(request);
    if (answer.outcome === 'refused') throw new Error(answer.reason);
    return answer.deployment.deployment;
  };
  const locked = (lock: LaneLock | null, key: string) =>
    records().changeLock({ service: other, lock, by: 'ada', reason: '', key });

  test('is not started: on a locked lane only a rollback, and nothing beside what has begun', async () => {
    await addService(central.database, other);
    const [one, two] = [await opened(mergeOf('s1')), await opened(mergeOf('s2'))];
    await locked({ owner: 'ada', reason: 'INC-7', since: '2026-01-01T00:00:00.000Z' }, 'l');
    expect(await records().claimStart(of(one))).toBe('not-now');
    expect(await records().read(of(one))).toMatchObject({ started: false });
    await locked(null, 'u');
    expect(await records().claimStart(of(one))).toBe('claimed');
    expect(await records().claimStart(of(two))).toBe('not-now');
    // What has begun is claimed again, whatever has happened to the lane since: its start may have been cut off.
    await locked({ owner: 'ada', reason: 'INC-8', since: '2026-01-01T00:00:00.000Z' }, 'l2');
    expect(await records().claimStart(of(one))).toBe('claimed');
  });
});

describe('locking', () => {
  test('a late repeat of a lock does not shut a lane that was opened since', async () => {
    const lock = { owner: 'mo', reason: 'INC-7', since: '2026-01-01T00:00:00.000Z' };
    const shut = { service, lock, by: 'mo', reason: 'INC-7', key: 'k1' };
    expect(await records().changeLock(shut)).toEqual({ lock });
    expect(await records().readLane(service)).toMatchObject({ lock });
    expect(await records().changeLock({ ...shut, lock: null, key: 'k2' })).toEqual({ lock: null });
    expect(await records().changeLock(shut)).toEqual({ lock: null });
    expect(await records().readLane(service)).toMatchObject({ lock: null });
  });
});

test('a rollback goes before what waits, which goes on under a new number, once, with its key', async () => {
  const name = serviceName('overtaken');
  await addService(central.database, name);
  const { kind, source } = mergeRequest('second', name);
  await em().insert(InboxRow, {
    service: name,
    deliveryKey: 'second',
    payload: { kind, source },
    receivedAt: new Date(),
  });
  const first = await records().open(mergeRequest('first', name));
  await records().open(mergeRequest('second', name));
  if (first.outcome === 'refused') throw new Error(first.reason);
  await em().nativeUpdate(Release, { service: name, number: first.deployment.release }, { state: 'ready' });
  const rollback: DeploymentRequest = { ...person('back', 1), service: name, kind: 'rollback' };
  const answer = { deployment: { deployment: 3, kind: 'rollback' }, requeued: true };
  expect(await records().open(rollback)).toMatchObject({ outcome: 'opened', ...answer });
  expect(await records().open(rollback)).toMatchObject({ outcome: 'repeated', ...answer });
  expect((await records().readLane(name))?.open.map(({ deployment, key }) => [deployment, key])).toEqual([
    [3, 'back'],
    [4, 'first'],
    [5, 'second'],
  ]);
  expect(await em().findOne(Deployment, { service: name, number: deploymentNumber(2) })).toMatchObject({
    outcome: 'superseded',
    reason: 'overtaken/3 goes before it: it goes on as overtaken/5',
    goesOnAs: 5,
  });
  expect(await em().findOne(Audit, { object: 'overtaken/5', verb: 'deployment-opened' })).toMatchObject({
    actor: 'slipway',
    detail: { continues: 'overtaken/2', because: 'overtaken/3' },
  });
  expect(await em().findOne(Release, { service: name, number: releaseNumber(2) })).toMatchObject({ state: 'building' });
  // The same merge again finds where it went.
  expect(await records().open(mergeRequest('second', name))).toMatchObject({
    outcome: 'repeated',
    deployment: { deployment: 5 },
  });
  expect(await em().findOne(InboxRow, { service: name, deliveryKey: 'second' })).toMatchObject({
    deployment: 5,
    finishedAt: null,
  });
});

test('a rollback goes to the base that a held deployment has left, and further once that was undone', async () => {
  const name = 'held';
  await addService(central.database, name);
  const of = serviceName(name);
  const { findRollbackTarget } = createLaneActivities({ records: records(), workflows: noWorkflows });
  const regions = ['eu-west', 'ap-south'].map(regionName);
  const end = async (
    key: string,
    outcome: 'succeeded' | 'cancelled' | 'undone',
    inRegions: 'held' | 'undone' | null,
  ) => {
    const opened = await records().open(mergeRequest(key, name));
    if (opened.outcome === 'refused') throw new Error(opened.reason);
    const { deployment, release } = opened.deployment;
    await em().nativeUpdate(Release, { service: of, number: release }, { state: 'ready' });
    const ended = regions.map((region) => ({ region, outcome: inRegions ?? ('succeeded' as const) }));
    const more = { sequence: 1, reason: '', pending: [], lock: null };
    await createDeploymentRecords(central.database).finish({
      service: of,
      deployment,
      outcome,
      regions: ended,
      ...more,
    });
  };
  await end('one', 'succeeded', null);
  await end('two', 'succeeded', null);
  expect(await findRollbackTarget({ service: of })).toEqual({ release: 1 });
  await end('three', 'cancelled', 'held');
  expect(await findRollbackTarget({ service: of })).toEqual({ release: 2 });
  await end('four', 'undone', 'undone');
  expect(await findRollbackTarget({ service: of })).toEqual({ release: 1 });
});

test('a rollback after a success in one region brings that back to what the others run', async () => {
  const name = serviceName('strayed');
  await addService(central.database, name);
  const { findRollbackTarget } = createLaneActivities({ records: records(), workflows: noWorkflows });
  const [eu, ap] = ['eu-west', 'ap-south'].map(regionName) as [RegionName, RegionName];
  const finish = async (opened: OpenDeploymentResult, regions: readonly RegionName[]) => {
    if (opened.outcome === 'refused') throw new Error(opened.reason);
    const { deployment, release } = opened.deployment;
    await em().nativeUpdate(Release, { service: name, number: release }, { state: 'ready' });
    const attempt = { deployment, local: 0 };
    const step = { service: name, deployment, attempt, step: 'begin', mode: 'advance', next: null } as const;
    for (const region of regions)
      await createRegionRecords(central.database).recordIntent({ ...step, region, knownGeneration: 0 });
    const ended = regions.map((region) => ({ region, outcome: 'succeeded' as const }));
    const end = { outcome: 'succeeded', sequence: 1, reason: '', pending: [], lock: null } as const;
    await createDeploymentRecords(central.database).finish({ ...end, service: name, deployment, regions: ended });
  };
  const toSome = async (key: string, kind: 'rollout' | 'rollback', release: number, regions: readonly RegionName[]) => {
    const source = { from: 'person', person: 'ada', release: releaseNumber(release), reason: null, regions } as const;
    await finish(await records().open({ key, service: name, kind, source, traceparent: null }), regions);
  };
  for (const key of ['one', 'two']) await finish(await records().open(mergeRequest(key, name)), [eu, ap]);
  await records().open(mergeRequest('three', name));
  await em().nativeUpdate(Release, { service: name, number: releaseNumber(3) }, { state: 'ready' });
  await toSome('try', 'rollout', 3, [eu]);
  expect(await findRollbackTarget({ service: name })).toEqual({ release: 2, regions: [eu] });
  expect(await findRollbackTarget({ service: name, regions: [ap] })).toEqual({ release: 1 });
  const named = { service: name, to: releaseNumber(2), regions: [eu] };
  expect(await findRollbackTarget(named)).toEqual({ release: 2, further: false });
  await toSome('back', 'rollback', 2, [eu]);
  expect(await findRollbackTarget({ service: name })).toEqual({ release: 1 });
  expect(await findRollbackTarget(named)).toMatchObject({ release: null, refused: expect.any(String) });
});

const noWorkflows: DeploymentWorkflows = {
  start: () => Promise.reject(new Error('not asked for here')),
  find: () => Promise.resolve({ state: 'absent', runId: null }),
  recover: () => Promise.reject(new Error('not asked for here')),
};

describe('a rollback that waits for the end of what it is about', () => {
  const one = serviceName('waits');
  const pending = { of: deploymentNumber(1), opened: null, by: 'ada', reason: 'it burns', key: 'r', traceparent: null };

  test('is told to each lane that takes over, until it is seen to', async () => {
    await addService(central.database, one);
    await records().keepRollback(one, pending.of, pending);
    expect((await records().readLane(one))?.rollback).toEqual(pending);
    await records().keepRollback(one, deploymentNumber(9), null);
    expect((await records().readLane(one))?.rollback).toEqual(pending);
    await records().keepRollback(one, pending.of, null);
    expect((await records().readLane(one))?.rollback).toBeNull();
  });

  test('that could not be done is in the audit of what it was about, once', async () => {
    const three = serviceName('refused');
    await addService(central.database, three);
    const refused = { by: 'ada', key: 'r', reason: 'no release ran before this one' };
    for (let time = 1; time <= 2; time += 1) await records().keepRollback(three, pending.of, null, refused);
    const said = await em().find(Audit, { verb: 'rollback-refused', object: { $like: 'refused/%' } });
    expect(said).toMatchObject([
      { actor: 'slipway', object: `refused/${pending.of}`, detail: { reason: refused.reason } },
    ]);
  });

  test('is late when a newer deployment has begun since, unless that is its own', async () => {
    const four = serviceName('late');
    await addService(central.database, four);
    for (const key of ['m1', 'm2']) await records().open({ ...mergeRequest(key), service: four });
    const of = deploymentNumber(1);
    await records().keepRollback(four, of, { ...pending, of });
    expect(await records().readLane(four)).not.toHaveProperty('rollbackIsLate');
    await em().nativeUpdate(Deployment, { service: four, number: deploymentNumber(2) }, { startedAt: new Date() });
    expect(await records().readLane(four)).toMatchObject({ rollbackIsLate: 2 });
    await records().keepRollback(four, of, { ...pending, of, opened: deploymentNumber(2) });
    expect(await records().readLane(four)).not.toHaveProperty('rollbackIsLate');
  });

  test('is written with the deployment that it opened, or not at all', async () => {
    const two = serviceName('cancels');
    await addService(central.database, two);
    await records().open({ ...mergeRequest('m'), service: two });
    await em().nativeUpdate(Release, { service: two, number: releaseNumber(1) }, { state: 'ready' });
    const source = { from: 'person', person: 'ada', release: releaseNumber(1), reason: 'it burns' } as const;
    const request = {
      key: 'r',
      service: two,
      kind: 'rollback',
      source,
      traceparent: null,
      cancels: pending.of,
      named: true,
    } as const;
    const missing = { ...source, release: releaseNumber(99) };
    await records().open({ ...request, source: missing });
    expect((await records().readLane(two))?.rollback).toBeNull();
    const opened = (await records().open(request)) as { deployment: { deployment: number } };
    expect((await records().readLane(two))?.rollback).toEqual({
      ...pending,
      opened: opened.deployment.deployment,
      named: true,
    });
  });
});
