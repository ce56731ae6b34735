import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Obligation, RecordIntentInput } from '../../../activities/deployment-record/contract.ts';
import { deploymentNumber, regionName, serviceName } from '../../../domain/names.ts';
import type { Generation, RegionName } from '../../../domain/names.ts';
import { createCentralDatabase, mergeRequest } from '../../../test/central-database.ts';
import type { CentralTestDatabase } from '../../../test/central-database.ts';
import { createDeploymentRecords } from './deployment-records.ts';
import { Deployment, RegionOutcome, ServiceRegion } from './entities.ts';
import { createLaneRecords } from './lane-records.ts';
import { createRegionRecords } from './region-records.ts';

let central: CentralTestDatabase;
const service = serviceName('checkout');
const region = regionName('ap-south');
const em = () => central.database.em.fork();
const records = () => createRegionRecords(central.database);

beforeEach(async () => {
  central = await createCentralDatabase();
  for (const key of ['m1', 'm2', 'm3']) await createLaneRecords(central.database).open(mergeRequest(key));
});
afterEach(() => central.close());

const intent = (deployment: number, knownGeneration = 0, step = 'begin'): RecordIntentInput => ({
  service,
  region,
  deployment: deploymentNumber(deployment),
  attempt: { deployment: deploymentNumber(deployment), local: 0 },
  step,
  mode: 'advance',
  next: null,
  knownGeneration: knownGeneration as Generation | 0,
});
const owed = (deployment: number, kind: Obligation['kind'] = 'undo', controlRevision = 0): Obligation => ({
  service,
  region,
  deployment: deploymentNumber(deployment),
  kind,
  attempt: { deployment: deploymentNumber(deployment), local: 0 },
  generation: 0,
  controlRevision,
  reason: 'unreachable',
});
const finish = (deployment: number, outcome: 'succeeded' | 'undone' | 'skipped', pending: boolean) =>
  createDeploymentRecords(central.database).finish({
    service,
    deployment: deploymentNumber(deployment),
    sequence: 1,
    outcome: outcome === 'skipped' ? 'succeeded' : outcome,
    reason: '',
    lock: null,
    regions: [{ region, outcome }],
    pending: pending ? [region] : [],
  });
let runs = 0;
/** Each call is a run of reconcile of its own, a second after the one before. */
const listed = async (most = 20, runAt = new Date((runs += 1) * 1_000).toISOString()) => {
  const { obligations } = await records().listObligations({ region, most, runAt });
  return obligations.map(({ deployment, kind }) => `${kind} ${deployment}`);
};
const progressIn = (of: RegionName) => ({
  region: of,
  batch: 1,
  batches: 2,
  hosts: { total: 4, switched: 2, healthy: 2, failed: 0 },
});
const pendingOf = async (deployment: number) =>
  (await em().findOneOrFail(Deployment, { service, number: deploymentNumber(deployment) })).pending;

describe('intents', () => {
  test('answer how the deployments before ended, from the last end that the region heard of', async () => {
    expect(await records().recordIntent(intent(1))).toMatchObject({ outcomes: [] });
    await finish(1, 'succeeded', false);
    expect(await records().recordIntent(intent(2))).toMatchObject({
      outcomes: [{ deployment: 1, outcome: 'succeeded' }],
    });
    await records().recordObligation(owed(2));
    await finish(2, 'undone', true);
    expect(await records().recordIntent(intent(3))).toMatchObject({
      outcomes: [
        { deployment: 1, outcome: 'succeeded' },
        { deployment: 2, outcome: 'undone' },
      ],
    });
  });

  test('a deployment that began and never ended is unresolved', async () => {
    await records().recordIntent(intent(1));
    expect(await records().recordIntent(intent(2))).toMatchObject({
      outcomes: [{ deployment: 1, outcome: 'unresolved' }],
    });
  });

  test('the highest generation that was ever heard of is answered', async () => {
    await records().recordIntent(intent(1, 2_000_000_000_000));
    expect(await records().recordIntent(intent(2, 0))).toMatchObject({ centreGeneration: 2_000_000_000_000 });
  });

  test('one of an older attempt does not take the place of a newer one', async () => {
    await records().recordIntent(intent(2));
    await records().recordIntent(intent(1, 0, 'advance:1'));
    expect(await em().findOneOrFail(ServiceRegion, { service, region })).toMatchObject({
      intent: { attempt: { deployment: 2 }, step: 'begin' },
    });
  });
});

test('a deployment that has ended goes forward no more, and is told what it owes all the same', async () => {
  await records().recordIntent(intent(1));
  await finish(1, 'undone', false);
  expect(await records().recordIntent(intent(1, 100, 'advance:1'))).toBe('ended');
  expect(await em().findOneOrFail(ServiceRegion, { service, region })).toMatchObject({ intent: { step: 'begin' } });
  expect(await records().recordIntent({ ...intent(1, 100, 'undo'), mode: 'undo' })).toHaveProperty('outcomes');
  expect(await records().recordIntent(intent(1, 100, 'finish'))).toHaveProperty('outcomes');
});

/** Of deployment 1, which touched no region. */
const untouchedEnd = {
  service,
  deployment: deploymentNumber(1),
  sequence: 1,
  outcome: 'cancelled',
  reason: '',
  lock: null,
  regions: [],
  pending: [],
} as const;

test('an end that says nothing of a region which has heard of the deployment is not recorded', async () => {
  await records().recordIntent(intent(1));
  expect(await createDeploymentRecords(central.database).finish(untouchedEnd)).toBe('incomplete');
  expect(await em().findOneOrFail(Deployment, { service, number: untouchedEnd.deployment })).toMatchObject({
    outcome: null,
  });
  await finish(1, 'undone', false);
  expect(await createDeploymentRecords(central.database).finish(untouchedEnd)).toBe('repeated');
});

test('an end that comes from a run which somebody made by a reset is not recorded', async () => {
  const { finish: record } = createDeploymentRecords(central.database);
  expect(await record({ ...untouchedEnd, madeByReset: true })).toBe('incomplete');
  expect(await record(untouchedEnd)).toBe('finished');
});

test('an intent to undo stays the last one, though a cancelled step of the same deployment records its own later', async () => {
  await records().recordIntent(intent(1, 100, 'advance:1'));
  await records().recordIntent({ ...intent(1, 100, 'undo'), mode: 'undo' });
  await records().recordIntent(intent(1, 200, 'advance:2'));
  expect(await em().findOneOrFail(ServiceRegion, { service, region })).toMatchObject({
    intent: { mode: 'undo', step: 'undo' },
    centreGeneration: 200,
  });
});

describe('obligations', () => {
  test('of a deployment that skipped the region leaves the older undo owed; both are listed, oldest first', async () => {
    await records().recordIntent(intent(1, 100));
    await records().recordObligation(owed(1));
    await records().recordObligation(owed(2));
    expect(await listed()).toEqual(['undo 1', 'undo 2']);
  });

  test('are replaced by those of a higher attempt that was written there', async () => {
    await records().recordIntent(intent(1, 100));
    await records().recordObligation(owed(1));
    await finish(1, 'undone', true);
    await records().recordIntent(intent(2, 0));
    expect(await listed()).toEqual(['undo 1']);
    await records().recordIntent(intent(2, 200, 'advance:1'));
    expect(await listed()).toEqual([]);
    expect(await pendingOf(1)).toEqual([]);
  });

  test('a late one of an older attempt is kept out', async () => {
    await records().recordIntent(intent(2, 200));
    await records().recordObligation(owed(2));
    await records().recordObligation(owed(1));
    expect(await listed()).toEqual(['undo 2']);
  });

  test('an undo takes the place of a hold, and a late hold does not come back', async () => {
    await records().recordObligation(owed(1, 'hold', 3));
    await records().recordObligation(owed(1, 'undo', 4));
    await records().recordObligation(owed(1, 'hold', 3));
    expect(await listed()).toEqual(['undo 1']);
  });

  test('when one is settled, the region is no longer pending', async () => {
    await records().recordIntent(intent(1, 100));
    await records().recordObligation(owed(1));
    await finish(1, 'undone', true);
    expect(await pendingOf(1)).toEqual(['ap-south']);
    await records().settleObligation({ ...owed(1), settlement: 'applied' });
    expect(await listed()).toEqual([]);
    expect(await pendingOf(1)).toEqual([]);
  });

  test.each([
    ['applied', 'succeeded', 1],
    ['undone', 'undone', null],
    ['overtaken', 'succeeded', null],
  ] as const)(
    'a finish that was %s leaves the outcome %s, and the release %s',
    async (settlement, outcome, release) => {
      await records().recordIntent(intent(1, 100));
      await records().recordObligation(owed(1, 'finish'));
      await finish(1, 'succeeded', true);
      await records().settleObligation({ ...owed(1, 'finish'), settlement });
      const here = await em().findOneOrFail(RegionOutcome, { service, region, deployment: deploymentNumber(1) });
      expect(here).toMatchObject({ outcome, pending: false });
      expect((await em().findOneOrFail(ServiceRegion, { service, region })).release).toBe(release);
      expect(await pendingOf(1)).toEqual([]);
    },
  );

  test.each([
    ['undo', 'applied', 'undone', null],
    ['finish', 'applied', 'done', null],
    ['finish', 'undone', 'undone', null],
    ['undo', 'overtaken', 'unreachable', 'mo ended the undo'],
    ['hold', 'applied', 'unreachable', 'mo ended the undo'],
  ] as const)('a region whose %s was %s is shown as %s', async (kind, settlement, state, reason) => {
    const other = regionName('eu-west');
    const away = (of: RegionName) =>
      ({ ...progressIn(of), state: 'unreachable', reason: 'mo ended the undo' }) as const;
    await em().nativeUpdate(
      Deployment,
      { service, number: deploymentNumber(1) },
      { regions: [away(region), away(other)] },
    );
    await records().recordObligation(owed(1, kind));
    await finish(1, 'undone', true);
    await records().settleObligation({ ...owed(1, kind), settlement });
    const { regions } = await em().findOneOrFail(Deployment, { service, number: deploymentNumber(1) });
    expect(regions).toEqual([{ ...away(region), state, reason }, away(other)]);
  });

  test('that can not be settled keep no other from its turn', async () => {
    for (const deployment of [1, 2, 3]) await records().recordObligation(owed(deployment));
    const turns = [await listed(1), await listed(1), await listed(1), await listed(1)];
    expect(turns.flat()).toEqual(['undo 1', 'undo 2', 'undo 3', 'undo 1']);
    const runAt = new Date(60_000).toISOString();
    expect(await listed(2, runAt)).toEqual(await listed(2, runAt));
    expect(await records().listObligations({ region, most: 2, runAt })).toMatchObject({ owed: 3 });
  });

  test('one that was settled before the deployment ended leaves nothing pending', async () => {
    await records().recordObligation(owed(1));
    await records().settleObligation({ ...owed(1), settlement: 'applied' });
    await finish(1, 'undone', true);
    expect(await pendingOf(1)).toEqual([]);
  });

  test('a hold that was settled says nothing of the undo that came after it', async () => {
    await records().recordIntent(intent(1, 100));
    await records().recordObligation(owed(1, 'hold'));
    await records().settleObligation({ ...owed(1, 'hold'), settlement: 'applied' });
    await finish(1, 'undone', true);
    expect(await pendingOf(1)).toEqual(['ap-south']);
    expect(await listed()).toEqual(['undo 1']);
  });

  test('one that was overtaken before the deployment ended leaves its release out of what runs there', async () => {
    await records().recordIntent(intent(1, 100));
    await records().recordObligation(owed(1, 'finish'));
    await records().settleObligation({ ...owed(1, 'finish'), settlement: 'overtaken' });
    await finish(1, 'succeeded', true);
    expect(await pendingOf(1)).toEqual([]);
    expect((await em().findOneOrFail(ServiceRegion, { service, region })).release).toBeNull();
  });

  test.each([
    ['undone', 'undo'],
    ['succeeded', 'finish'],
    ['skipped', 'hold'],
  ] as const)('one that was never written down is not taken for settled: %s owes its %s', async (outcome, kind) => {
    await records().recordIntent(intent(1, 100));
    await finish(1, outcome, true);
    expect(await pendingOf(1)).toEqual(['ap-south']);
    expect(await listed()).toEqual([`${kind} 1`]);
    const { obligations } = await records().listObligations({ region, most: 20, runAt: new Date(0).toISOString() });
    expect(obligations).toMatchObject([{ attempt: { deployment: 1, local: 0 }, generation: 100 }]);
    expect((await em().findOneOrFail(ServiceRegion, { service, region })).release).toBeNull();
  });

  test('one that was settled as undone before the deployment ended stays so', async () => {
    await records().recordIntent(intent(1, 100));
    await records().recordObligation(owed(1, 'finish'));
    await records().settleObligation({ ...owed(1, 'finish'), settlement: 'undone' });
    await finish(1, 'succeeded', true);
    const here = await em().findOneOrFail(RegionOutcome, { service, region, deployment: deploymentNumber(1) });
    expect(here).toMatchObject({ outcome: 'undone', pending: false });
    expect((await em().findOneOrFail(ServiceRegion, { service, region })).release).toBeNull();
  });

  test('a hold that a skipped region has heard of leaves it skipped, which is why it stands there', async () => {
    await records().recordIntent(intent(1, 100));
    await records().recordObligation(owed(1, 'hold', 3));
    await finish(1, 'skipped', true);
    await records().settleObligation({ ...owed(1, 'hold', 3), settlement: 'applied' });
    const here = await em().findOneOrFail(RegionOutcome, { service, region, deployment: deploymentNumber(1) });
    expect(here).toMatchObject({ outcome: 'skipped', pending: false });
  });

  test('settling what another has replaced changes nothing', async () => {
    await records().recordObligation(owed(1, 'hold', 3));
    await records().recordObligation(owed(1, 'undo', 4));
    await records().settleObligation({ ...owed(1, 'hold', 3), settlement: 'applied' });
    expect(await listed()).toEqual(['undo 1']);
  });
});
