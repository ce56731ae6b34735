import { expect, test } from '@jest/globals';
import { deploymentNumber, digest, regionName, releaseNumber, serviceName } from '../domain/names.ts';
import type { Plan } from '../domain/plan/plan.ts';
import { planDigestOf } from './plan-digest.ts';

const plan: Plan = {
  format: 'slipway.plan/1',
  service: serviceName('checkout'),
  deployment: deploymentNumber(87),
  kind: 'rollout',
  release: {
    release: { number: releaseNumber(412), digest: digest(`sha256:${'a'.repeat(64)}`) },
    selector: { role: 'web' },
  },
  stages: [{ name: 'all', regions: [regionName('eu-west')], batches: [{ hosts: 1 }, { percent: 100 }], bakeMs: 0 }],
  approve: null,
  budget: { failedPercent: 5, cap: 50 },
  batchTimeoutMs: 600_000,
  absentAfterMs: 180_000,
  undoDeadlineMs: 120_000,
  verify: null,
  rollback: { automatic: true, lockAfter: true },
};

test('a plan has one digest, whatever the order of its keys', () => {
  const reordered = Object.fromEntries(Object.entries(plan).toReversed()) as unknown as Plan;
  expect(planDigestOf(reordered)).toBe(planDigestOf(plan));
});

test.each([
  ['its regions', { stages: [{ ...plan.stages[0]!, regions: [regionName('us-east')] }] }],
  ['its batches', { stages: [{ ...plan.stages[0]!, batches: [{ percent: 100 }] }] }],
  ['its release', { release: { ...plan.release, selector: {} } }],
  ['its quorum', { approve: { quorum: 1, roles: ['deployer'], expiresMs: 1 } }],
  ['its budget', { budget: { failedPercent: 6, cap: 50 } }],
] satisfies [string, Partial<Plan>][])('%s is part of the digest', (_, changed) => {
  expect(planDigestOf({ ...plan, ...changed })).not.toBe(planDigestOf(plan));
});
