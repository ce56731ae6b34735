import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { deploymentNumber, regionName, serviceName } from '../../../domain/names.ts';
import { createCentralDatabase, mergeRequest } from '../../../test/central-database.ts';
import type { CentralTestDatabase } from '../../../test/central-database.ts';
import { createCentralFigures } from './api-figures.ts';
import { createDeploymentRecords } from './deployment-records.ts';
import { Deployment, ObligationRow, Service } from './entities.ts';
import { createLaneRecords } from './lane-records.ts';
import { createRegionRecords } from './region-records.ts';

let central: CentralTestDatabase;
const service = serviceName('checkout');
const apSouth = regionName('ap-south');
const first = { service, deployment: deploymentNumber(1) };
const em = () => central.database.em.fork();
const needing = () => createCentralFigures(central.database).countNeedingSomeone();
const owed = () => createCentralFigures(central.database).readObligations();

beforeEach(async () => {
  central = await createCentralDatabase();
  for (const key of ['m1', 'm2']) await createLaneRecords(central.database).open(mergeRequest(key));
  await createDeploymentRecords(central.database).hold(first);
});
afterEach(() => central.close());

const lockedBy = (owner: string) => ({ owner, reason: 'why', since: '2026-01-01T00:00:00.000Z' });

async function endUndone(): Promise<void> {
  await createRegionRecords(central.database).recordObligation({
    ...first,
    region: apSouth,
    kind: 'undo',
    attempt: { deployment: first.deployment, local: 0 },
    generation: 0,
    controlRevision: 0,
    reason: 'unreachable',
  });
  await createDeploymentRecords(central.database).finish({
    ...first,
    sequence: 9,
    outcome: 'undone',
    reason: 'the canary failed',
    regions: [{ region: apSouth, outcome: 'undone' }],
    pending: [apSouth],
    lock: lockedBy('slipway'),
  });
}

test('where nothing waits for anybody there is nothing to count', async () => {
  expect(await needing()).toEqual({ held: 0, locked: 0, notUndone: 0 });
  expect(await owed()).toEqual([]);
});

test('a deployment on hold counts until it has ended', async () => {
  await em().nativeUpdate(Deployment, { service, number: first.deployment }, { held: true });
  expect(await needing()).toMatchObject({ held: 1 });
  await endUndone();
  expect(await needing()).toMatchObject({ held: 0 });
});

test.each(['late-undo', 'data-loss', 'choice', 'decision'] as const)(
  'a deployment that waits for %s counts as one on hold, until it has ended',
  async (waitingFor) => {
    await em().nativeUpdate(Deployment, { service, number: first.deployment }, { waitingFor });
    expect(await needing()).toEqual({ held: 1, locked: 0, notUndone: 0 });
    await endUndone();
    expect(await needing()).toMatchObject({ held: 0 });
  },
);

test.each(['approval', 'stage-approval', 'resume', 'undo', 'regions'] as const)(
  'a deployment that waits for %s is none on hold',
  async (waitingFor) => {
    await em().nativeUpdate(Deployment, { service, number: first.deployment }, { waitingFor });
    expect(await needing()).toMatchObject({ held: 0 });
  },
);

test('an undo that leaves a region owing is a lane that is locked and what the region owes', async () => {
  await endUndone();
  expect(await needing()).toEqual({ held: 0, locked: 1, notUndone: 0 });
  expect(await owed()).toEqual([{ region: 'ap-south', kind: 'undo', count: 1, oldestSeconds: expect.any(Number) }]);
  await em().nativeUpdate(ObligationRow, { service }, { recordedAt: new Date(Date.now() - 600_000) });
  const [{ oldestSeconds } = { oldestSeconds: 0 }] = await owed();
  expect(oldestSeconds).toBeGreaterThanOrEqual(600);
});

test('what could not be undone counts while the lane is locked', async () => {
  await endUndone();
  const left = [{ what: 'hook', named: 'before', why: 'it has no undo' }] as never;
  await em().nativeUpdate(Deployment, { service, number: first.deployment }, { notUndone: left });
  expect(await needing()).toEqual({ held: 0, locked: 1, notUndone: 1 });
  await em().nativeUpdate(Service, { name: service }, { lock: null });
  expect(await needing()).toEqual({ held: 0, locked: 0, notUndone: 0 });
});

test('a lane that a person locked is not one that Slipway locked', async () => {
  await em().nativeUpdate(Service, { name: service }, { lock: lockedBy('mo') });
  expect(await needing()).toMatchObject({ locked: 0 });
});
