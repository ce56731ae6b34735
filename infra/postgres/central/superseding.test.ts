import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { DeploymentRequest, MergeSource } from '../../../activities/lane/contract.ts';
import { deploymentNumber, releaseNumber, serviceName, type ServiceName } from '../../../domain/names.ts';
import { addService, createCentralDatabase, mergeRequest } from '../../../test/central-database.ts';
import type { CentralTestDatabase } from '../../../test/central-database.ts';
import { Audit, Deployment, InboxRow, Release } from './entities.ts';
import { addToInbox } from './inbox-records.ts';
import { createLaneRecords } from './lane-records.ts';
import { createReleaseRecords } from './release-records.ts';

let central: CentralTestDatabase;
beforeAll(async () => {
  central = await createCentralDatabase();
});
afterAll(() => central.close());

const em = () => central.database.em.fork();
const records = () => createLaneRecords(central.database);

/** A merge of a commit of its own, for each letter another. */
function merge(service: ServiceName, letter: string, by: Partial<MergeSource> = {}): DeploymentRequest {
  const request = mergeRequest(letter, service);
  return { ...request, source: { ...(request.source as MergeSource), commit: letter.repeat(40), ...by } };
}

async function opened(request: DeploymentRequest) {
  const answer = await records().open(request);
  if (answer.outcome === 'refused') throw new Error(answer.reason);
  return answer;
}

/** Through the inbox, as webhooks do. */
async function delivered(request: DeploymentRequest): Promise<void> {
  await central.database.em.fork().transactional((each) => addToInbox(each, [request]));
}

async function newService(name: string): Promise<ServiceName> {
  await addService(central.database, name);
  return serviceName(name);
}

const rowOf = (service: ServiceName, number: number) =>
  em().findOneOrFail(Deployment, { service, number: deploymentNumber(number) });
const openNumbers = async (service: ServiceName) =>
  (await records().readLane(service))!.open.map(({ deployment }) => deployment);

test('a newer commit ends what waits, with its inbox row, its release and one record, and says which', async () => {
  const service = await newService('newer');
  for (const letter of ['1', '2', '3']) await delivered(merge(service, letter));
  await opened(merge(service, '1'));
  await records().claimStart({ service, deployment: deploymentNumber(1) });
  expect(await opened(merge(service, '2'))).not.toHaveProperty('superseded');
  const newest = await opened(merge(service, '3'));

  expect(newest).toMatchObject({ outcome: 'opened', deployment: { deployment: 3 }, superseded: [2] });
  expect(await openNumbers(service)).toEqual([1, 3]);
  expect(await rowOf(service, 2)).toMatchObject({
    outcome: 'superseded',
    state: 'superseded',
    goesOnAs: 3,
    reason: 'newer/3 brings a newer commit of main: it goes on there',
  });
  const inbox = await em().find(InboxRow, { service }, { orderBy: { id: 'asc' } });
  expect(inbox.map(({ deployment, finishedAt }) => [deployment, Boolean(finishedAt)])).toEqual([
    [1, false],
    [2, true],
    [3, false],
  ]);
  expect(await em().findOneOrFail(Release, { service, number: releaseNumber(2) })).toMatchObject({ state: 'retired' });
  expect(await em().find(Audit, { object: 'newer/2', verb: 'deployment-ended' })).toMatchObject([
    { actor: 'slipway', detail: { outcome: 'superseded' } },
  ]);
  expect(await em().findOneOrFail(Audit, { object: 'newer/3' })).toMatchObject({
    verb: 'deployment-opened',
    detail: { supersedes: ['newer/2'] },
  });
});

test('the same merge again, of one that superseded and of one that was superseded, finds what it found', async () => {
  const service = await newService('again');
  await opened(merge(service, '1'));
  await opened(merge(service, '2'));
  expect(await opened(merge(service, '2'))).toMatchObject({ outcome: 'repeated', superseded: [1] });
  expect(await opened(merge(service, '1'))).toMatchObject({ outcome: 'repeated', deployment: { deployment: 1 } });
  expect(await openNumbers(service)).toEqual([2]);
  expect(await em().count(Audit, { object: 'again/1', verb: 'deployment-ended' })).toBe(1);
});

test('what a person asked for is neither superseded nor supersedes', async () => {
  const service = await newService('asked');
  await opened(merge(service, '1'));
  await em().nativeUpdate(Release, { service, number: releaseNumber(1) }, { state: 'ready' });
  const source = { from: 'person', person: 'ada', release: releaseNumber(1), reason: null } as const;
  const asked = { key: 'p', service, kind: 'rollout', source, traceparent: null } as const;
  expect(await opened(asked)).not.toHaveProperty('superseded');
  expect(await openNumbers(service)).toEqual([1, 2]);
  expect(await opened(merge(service, '3'))).toMatchObject({ superseded: [1] });
  expect(await openNumbers(service)).toEqual([2, 3]);
});

test('whoever made what goes along may not approve what it goes with', async () => {
  const service = await newService('makers');
  await opened(merge(service, '1', { authors: ['kim'], pusher: 'pat' }));
  await opened(merge(service, '2', { authors: ['sam'], pusher: 'sam' }));
  await opened(merge(service, '3', { authors: ['lin'], pusher: 'lin' }));
  const release = await createReleaseRecords(central.database).findRelease(service, releaseNumber(3));
  expect(release).toMatchObject({ authors: ['lin'], pusher: 'lin' });
  expect(release?.carries?.toSorted()).toEqual(['kim', 'pat', 'sam']);
});

test('a merge that comes after a newer one, as its lane was closed meanwhile, is superseded by that', async () => {
  const service = await newService('late');
  for (const letter of ['1', '2', '3']) await delivered(merge(service, letter));
  await opened(merge(service, '2'));
  await opened(merge(service, '3'));
  const late = await opened(merge(service, '1', { authors: ['kim'] }));
  expect(late).toMatchObject({ outcome: 'opened', deployment: { deployment: 3 }, goesOnAs: 2 });
  expect(await openNumbers(service)).toEqual([2]);
  expect(await rowOf(service, 3)).toMatchObject({ outcome: 'superseded', goesOnAs: 2 });
  expect(await em().count(InboxRow, { service, finishedAt: null })).toBe(1);
  const carrying = await em().findOneOrFail(Release, { service, number: releaseNumber(2) });
  expect(carrying.carries).toContain('kim');
});

test('of many merges that come at once exactly the last is left to wait', async () => {
  const service = await newService('crowd');
  const letters = '0123456789abcdef'.split('');
  await Promise.all(letters.map((letter) => opened(merge(service, letter))));
  expect(await openNumbers(service)).toEqual([letters.length]);
  const ended = await em().find(Deployment, { service, outcome: 'superseded' });
  expect(ended.map(({ goesOnAs, number }) => goesOnAs === number + 1)).not.toContain(false);
});

test('one that is being claimed while a newer merge comes either runs or is superseded, never both', async () => {
  const service = await newService('race');
  for (let round = 0; round < 10; round++) {
    const [older, newer] = ['a', 'b'].map((letter) => merge(service, letter, { branch: `b${round}` }));
    const first = await opened({ ...older!, key: `a${round}` });
    const { deployment } = first.deployment;
    const [claim, second] = await Promise.all([
      records().claimStart({ service, deployment }),
      opened({ ...newer!, key: `b${round}` }),
    ]);
    const row = await rowOf(service, deployment);
    expect([claim, row.outcome ?? null]).toEqual(second.superseded ? ['ended', 'superseded'] : ['claimed', null]);
    await em().nativeUpdate(Deployment, { service, outcome: null }, { outcome: 'cancelled' });
  }
});

describe('a commit never ships without its revert', () => {
  const takes = (letter: string) => ({ reverts: [{ by: letter.repeat(40), commit: '1'.repeat(40) }] });
  const ready = (service: ServiceName, release: number) =>
    em().nativeUpdate(Release, { service, number: releaseNumber(release) }, { state: 'ready' });
  const asked = (service: ServiceName, release: number, key: string, changed: object = {}): DeploymentRequest => ({
    key,
    service,
    kind: 'rollout',
    traceparent: null,
    source: { from: 'person', person: 'ada', release: releaseNumber(release), reason: null, ...changed },
  });
  /** @1 and @2 have run, and somebody waits for them once more. */
  async function waiting(name: string): Promise<ServiceName> {
    const service = await newService(name);
    for (const letter of ['1', '2']) {
      const { deployment } = (await opened(merge(service, letter))).deployment;
      await ready(service, deployment);
      await em().nativeUpdate(Deployment, { service, number: deployment }, { outcome: 'succeeded' });
    }
    await opened(asked(service, 1, 'first'));
    await opened(asked(service, 2, 'second'));
    return service;
  }

  test('what waits and brings it is superseded by the release that takes it back, and told why', async () => {
    const service = await waiting('reverted');
    await opened(asked(service, 1, 'insists', { althoughReverted: true }));
    const revert = await opened(merge(service, '3', takes('3')));
    expect(revert).toMatchObject({ deployment: { deployment: 6 }, superseded: [3, 4] });
    expect(await openNumbers(service)).toEqual([5, 6]);
    expect(await rowOf(service, 3)).toMatchObject({
      outcome: 'superseded',
      goesOnAs: null,
      supersededBy: 6,
      reason: 'reverted/6 goes instead: commit 1111111, which is in reverted@1, was taken back by reverted@3',
    });
    expect(await em().findOneOrFail(Release, { service, number: releaseNumber(1) })).toMatchObject({ state: 'ready' });
    expect(await opened(merge(service, '3', takes('3')))).toMatchObject({ outcome: 'repeated', superseded: [3, 4] });
  });

  test('what brings it is refused while that waits or once it has run, unless somebody insists', async () => {
    const service = await waiting('refused');
    const { deployment } = (await opened(merge(service, '3', takes('3')))).deployment;
    const refusal = {
      outcome: 'refused',
      code: 'release-reverted',
      reason: 'commit 1111111, which is in refused@2, was taken back by refused@3',
    };
    expect(await records().open(asked(service, 2, 'again'))).toEqual(refusal);
    await em().nativeUpdate(Deployment, { service, number: deployment }, { outcome: 'succeeded' });
    expect(await records().open(asked(service, 2, 'again'))).toEqual(refusal);
    await em().nativeUpdate(Deployment, { service, number: deployment }, { outcome: 'failed' });
    expect(await records().open(asked(service, 2, 'again'))).toMatchObject({ outcome: 'opened' });
    await em().nativeUpdate(Deployment, { service, number: deployment }, { outcome: 'succeeded' });
    const insists = await opened(asked(service, 2, 'insists', { althoughReverted: true }));
    const record = await em().findOneOrFail(Audit, { object: `refused/${insists.deployment.deployment}` });
    expect(record.detail).toMatchObject({ althoughReverted: true });
  });

  test('a rollback goes there all the same', async () => {
    const service = await waiting('fire-exit');
    await opened(merge(service, '3', takes('3')));
    expect(await opened({ ...asked(service, 1, 'back'), kind: 'rollback' })).toMatchObject({ outcome: 'opened' });
  });
});
