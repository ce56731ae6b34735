import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Stop } from '../../../domain/deployment/ending.ts';
import { deploymentNumber, digest, regionName, serviceName } from '../../../domain/names.ts';
import type { Generation } from '../../../domain/names.ts';
import { createCentralDatabase, mergeRequest } from '../../../test/central-database.ts';
import type { CentralTestDatabase } from '../../../test/central-database.ts';
import { createDeploymentRecords } from './deployment-records.ts';
import { createLaneRecords } from './lane-records.ts';
import { createLostRecords } from './lost-records.ts';
import { createRegionRecords } from './region-records.ts';
import { createReleaseRecords } from './release-records.ts';

let central: CentralTestDatabase;
beforeAll(async () => {
  central = await createCentralDatabase();
  for (const key of ['m1', 'm2']) await createLaneRecords(central.database).open(mergeRequest(key));
});
afterAll(() => central.close());

const service = serviceName('checkout');
const [euWest, apSouth] = [regionName('eu-west'), regionName('ap-south')];
const ref = (number: number) => ({ service, deployment: deploymentNumber(number) });
const read = (number: number) => createLostRecords(central.database).readStanding(ref(number));
const attempt = (local: number) => ({ deployment: deploymentNumber(1), local });

test('of a deployment that has only a number, that is all there is to know', async () => {
  expect(await read(1)).toMatchObject({
    planDigest: null,
    pointOfNoReturn: false,
    stop: null,
    touched: [],
    sequence: 0,
  });
  expect(await read(9)).toBeNull();
});

test('what has to be known to end it: plan, stop, and every region that may have heard of it, as far as it is known', async () => {
  const planDigest = digest(`sha256:${'b'.repeat(64)}`);
  await createReleaseRecords(central.database).notePlan(service, ref(1).deployment, planDigest);
  const { recordIntent } = createRegionRecords(central.database);
  const begin = { ...ref(1), step: 'begin', mode: 'advance', next: null } as const;
  await recordIntent({ ...begin, region: euWest, attempt: attempt(0), knownGeneration: 0 });
  const taken = { ...begin, step: 'advance:1', region: euWest, attempt: attempt(2) };
  await recordIntent({ ...taken, knownGeneration: 1_800_000_000_000 as Generation });
  await recordIntent({ ...begin, region: apSouth, attempt: attempt(0), knownGeneration: 0 });
  const stop: Stop = { cause: 'aborted', hold: true, by: 'ada', reason: 'wait', at: '2026-11-24T10:00:00.000Z' };
  const progress = {
    ...ref(1),
    state: 'rolling',
    stage: 'canary',
    paused: false,
    held: false,
    waiting: null,
    regions: [],
    approvals: null,
    actor: 'ada',
    event: 'abort',
    message: 'wait',
  } as const;
  const records = createDeploymentRecords(central.database);
  await records.showProgress({ ...progress, sequence: 7, stop });
  // A later record without one (of the version before) takes nothing back.
  await records.showProgress({ ...progress, sequence: 8 });
  expect(await read(1)).toMatchObject({
    deployment: { ...ref(1), started: false, outcome: null },
    planDigest,
    stop,
    sequence: 8,
    touched: [
      { region: apSouth, attempt: attempt(0), generation: 0 },
      { region: euWest, attempt: attempt(2), generation: 1_800_000_000_000 },
    ],
  });
  await records.markPointOfNoReturn(ref(1));
  expect(await read(1)).toMatchObject({ pointOfNoReturn: true });
});
