import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { DeploymentRequest, MergeSource, PersonSource } from '../../../activities/lane/contract.ts';
import { deploymentNumber, regionName, releaseNumber, serviceName, type ServiceName } from '../../../domain/names.ts';
import { addService, createCentralDatabase, mergeRequest } from '../../../test/central-database.ts';
import type { CentralTestDatabase } from '../../../test/central-database.ts';
import { createDeploymentRecords } from './deployment-records.ts';
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

const asked = (service: ServiceName, release: number, key: string, changed: object = {}): DeploymentRequest => ({
  key,
  service,
  kind: 'rollout',
  traceparent: null,
  ...changed,
  source: { from: 'person', person: 'mo', release: releaseNumber(release), reason: 'INC-7' },
});
const hotfix = (service: ServiceName, release: number, key: string) => asked(service, release, key, { hotfix: true });

function merge(service: ServiceName, letter: string): DeploymentRequest {
  const request = mergeRequest(letter, service);
  return { ...request, source: { ...(request.source as MergeSource), commit: letter.repeat(40) } };
}

async function opened(request: DeploymentRequest) {
  const answer = await records().open(request);
  if (answer.outcome === 'refused') throw new Error(answer.reason);
  return answer;
}

/** @1 has run, @2 waits as a merge. */
async function service(name: string): Promise<ServiceName> {
  await addService(central.database, name);
  const made = serviceName(name);
  const { deployment } = (await opened(merge(made, '1'))).deployment;
  await em().nativeUpdate(Release, { service: made, number: releaseNumber(1) }, { state: 'ready' });
  await em().nativeUpdate(Deployment, { service: made, number: deployment }, { outcome: 'succeeded' });
  await em().transactional((each) => addToInbox(each, [merge(made, '2')]));
  await opened(merge(made, '2'));
  return made;
}

const queue = async (name: ServiceName) =>
  (await records().readLane(name))!.open.map(({ deployment, key, hotfix: first }) => [deployment, key, first ?? false]);

test('a hotfix goes everywhere: what waits with its release for some regions is not the one that goes first', async () => {
  const name = await service('everywhere');
  const some = asked(name, 1, 'p');
  const source = { ...some.source, regions: [regionName('eu-west')] } as PersonSource;
  expect(await opened({ ...some, source })).toMatchObject({ deployment: { deployment: 3, limited: true } });
  expect(await opened(hotfix(name, 1, 'h1'))).toMatchObject({ deployment: { deployment: 4, key: 'h1', hotfix: true } });
});

test('a hotfix is opened under the highest number, and what waits goes on behind it, once', async () => {
  const name = await service('first');
  await opened(asked(name, 1, 'p'));
  const answer = { outcome: 'opened', deployment: { deployment: 4, hotfix: true }, requeued: true };
  expect(await opened(hotfix(name, 1, 'h1'))).toMatchObject({ ...answer, deployment: { deployment: 3, key: 'p' } });
  expect(await queue(name)).toEqual([
    [3, 'p', true],
    [4, '2', false],
  ]);
  expect(await opened(hotfix(name, 1, 'h1'))).toMatchObject({
    ...answer,
    outcome: 'repeated',
    deployment: { key: 'p' },
  });
});

test('it is a deployment of its own where none of its release waits, recorded with its reason', async () => {
  const name = await service('own');
  expect(await opened(hotfix(name, 1, 'h'))).toMatchObject({ deployment: { deployment: 3, key: 'h', hotfix: true } });
  expect(await opened(hotfix(name, 1, 'h'))).toMatchObject({ outcome: 'repeated', deployment: { deployment: 3 } });
  expect(await queue(name)).toEqual([
    [3, 'h', true],
    [4, '2', false],
  ]);
  expect(await em().findOneOrFail(Audit, { object: 'own/3', verb: 'deployment-opened' })).toMatchObject({
    actor: 'mo',
    detail: { hotfix: 'INC-7' },
  });
  const [before] = await em().find(Deployment, { service: name, number: deploymentNumber(2) });
  expect(before).toMatchObject({ outcome: 'superseded', goesOnAs: 4 });
  expect(before!.reason).toBe('own/3 goes before it: it goes on as own/4');
});

test('a merge that waits with this release goes first itself, is not superseded, and who wants it may not approve it', async () => {
  const name = await service('merge');
  await opened(asked(name, 1, 'p'));
  await em().transactional((each) => addToInbox(each, [merge(name, '3')]));
  const answer = await opened(hotfix(name, 2, 'h'));
  expect(answer).toMatchObject({ deployment: { deployment: 2, key: '2', hotfix: true }, requeued: true });
  // It had come first anyway: nothing needs another number.
  expect(await queue(name)).toEqual([
    [2, '2', true],
    [3, 'p', false],
  ]);
  expect(await opened(merge(name, '3'))).not.toHaveProperty('superseded');
  expect(await opened(hotfix(name, 2, 'h'))).toMatchObject({ outcome: 'repeated', deployment: { deployment: 2 } });
  const release = await createReleaseRecords(central.database).findRelease(name, releaseNumber(2));
  expect(release?.carries).toEqual(['mo']);
  expect(await em().find(Audit, { object: 'merge/2', verb: 'deployment-expedited' })).toMatchObject([
    { actor: 'mo', detail: { reason: 'INC-7' } },
  ]);
  expect(await em().findOneOrFail(InboxRow, { service: name, deliveryKey: '2' })).toMatchObject({ finishedAt: null });
});

test('a rollback goes before it, and it stays a hotfix under its new number', async () => {
  const name = await service('rollback');
  await opened(hotfix(name, 1, 'h'));
  await opened({ ...asked(name, 1, 'back'), kind: 'rollback' });
  expect(await queue(name)).toEqual([
    [5, 'back', false],
    [6, 'h', true],
    [7, '2', false],
  ]);
  // Another one waits behind the first, and a rollback that waits is left in front.
  await em().nativeUpdate(Release, { service: name, number: releaseNumber(2) }, { state: 'ready' });
  await opened(hotfix(name, 2, 'h2'));
  expect((await queue(name)).map(([number]) => number)).toEqual([5, 6, 7]);
  expect(await opened(hotfix(name, 1, 'h'))).toMatchObject({ outcome: 'repeated', deployment: { deployment: 6 } });
});

test('of a release that is not built, and waits nowhere, it is refused', async () => {
  const name = await service('unbuilt');
  expect(await records().open(hotfix(name, 9, 'h'))).toMatchObject({ outcome: 'refused', code: 'release-not-found' });
});

test('it starts on a locked lane, and what waits behind it does not', async () => {
  const name = await service('locked');
  await opened(hotfix(name, 1, 'h'));
  const lock = { owner: 'slipway', reason: 'undone', since: '2026-01-01T00:00:00.000Z' };
  await records().changeLock({ service: name, lock, by: 'slipway', reason: 'undone', key: 'l' });
  expect(await records().claimStart({ service: name, deployment: deploymentNumber(4) })).toBe('not-now');
  expect(await records().claimStart({ service: name, deployment: deploymentNumber(3) })).toBe('claimed');
});

test('a lane is told of hooks that may have run, and of an end that is decided', async () => {
  const name = await service('hooked');
  const ref = { service: name, deployment: deploymentNumber(2) };
  expect(await records().read(ref)).toMatchObject({ reach: 'untouched', hooked: false, ends: undefined });
  const shown = {
    ...ref,
    state: 'rolling',
    stage: null,
    paused: false,
    held: false,
    waiting: null,
    regions: [],
    approvals: null,
    actor: 'slipway',
    event: 'hook-started',
    message: './up runs',
  } as const;
  const hook = { moment: 'before', region: null, index: 0, does: 'run', command: './up', state: 'begun' } as const;
  const { showProgress } = createDeploymentRecords(central.database);
  await showProgress({ ...shown, sequence: 1, hook: { ...hook, why: null, log: null } });
  expect(await records().read(ref)).toMatchObject({ reach: 'untouched', hooked: true, ends: undefined });
  const stop = { cause: 'aborted', hold: true, by: 'ada', reason: 'wait', at: '2026-11-24T10:00:00.000Z' } as const;
  await showProgress({ ...shown, sequence: 2, stop });
  expect(await records().read(ref)).toMatchObject({ hooked: true, ends: 'hold' });
  await showProgress({ ...shown, sequence: 3, state: 'undoing', stop: { ...stop, cause: 'failed', hold: false } });
  expect(await records().read(ref)).toMatchObject({ ends: 'undo' });
});
