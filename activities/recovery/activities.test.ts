import { expect, test } from '@jest/globals';
import { deploymentNumber, digest, regionName, releaseNumber, serviceName } from '../../domain/names.ts';
import type { Plan } from '../../domain/plan/plan.ts';
import type { PlanDeploymentResult } from '../release/contract.ts';
import { createRecoveryActivities } from './activities.ts';
import type { StoredStanding } from './lost-records.ts';

const ref = { service: serviceName('checkout'), deployment: deploymentNumber(87) };
const region = regionName('eu-west');
const planDigest = digest(`sha256:${'b'.repeat(64)}`);
const plan = { stages: [{ name: 'all', regions: [region], batches: [], bakeMs: 0 }] } as unknown as Plan;
const planned: PlanDeploymentResult = { outcome: 'planned', plan, planDigest, excluded: [] };
const touched = [{ region, attempt: { deployment: ref.deployment, local: 0 }, generation: 0 as const }];

/** A deployment of the version before, which noted no digest of its plan. */
const standing = (more: Partial<StoredStanding>): StoredStanding => ({
  deployment: {
    ...ref,
    kind: 'rollout',
    release: releaseNumber(412),
    source: { from: 'person', person: 'ada', release: releaseNumber(412), reason: null },
    cloneUrl: 'file:///checkout',
    folder: '.',
    commit: 'a'.repeat(40),
    traceparent: null,
    started: true,
    underWay: true,
    runId: null,
    outcome: null,
    reach: 'touched',
  },
  planDigest: null,
  pointOfNoReturn: false,
  stop: null,
  touched,
  regions: [],
  sequence: 7,
  state: 'rolling',
  stage: 'all',
  ...more,
});

function taken(stored: StoredStanding, answer: PlanDeploymentResult = planned) {
  const closed: string[] = [];
  const { takeOverDeployment } = createRecoveryActivities({
    records: { readStanding: async () => stored },
    workflows: {
      closeDeployment: async () => 'was terminated in Temporal',
      closeRollouts: async (_, regions) => void closed.push(...regions),
      untilRegionUndone: () => Promise.reject(new Error('not asked for here')),
    },
    store: { sizeOf: async () => null } as never,
    plan: async () => answer,
  });
  return { closed, lost: () => takeOverDeployment(ref) };
}

test('one that has touched a region, and whose plan nobody noted, is planned anew', async () => {
  const { closed, lost } = taken(standing({}));
  expect(await lost()).toMatchObject({ planned: { plan, planDigest }, touched, state: 'rolling', sequence: 7 });
  expect(closed).toEqual([region]);
});

test('one that had no plan yet, and touched nothing, needs none', async () => {
  expect(await taken(standing({ touched: [] })).lost()).toMatchObject({ planned: null, touched: [] });
});

test.each([
  ['is gone from the store', standing({ planDigest }), planned],
  ['can not be made anew', standing({}), { outcome: 'refused', reason: 'no such region' } as const],
])('without its plan, which %s, it is not ended wrongly but tried again', async (_, stored, answer) => {
  await expect(taken(stored, answer).lost()).rejects.toMatchObject({ type: 'plan-missing', nonRetryable: false });
});
