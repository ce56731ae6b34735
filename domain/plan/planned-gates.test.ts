import { expect, test } from '@jest/globals';
import type { MetricGate } from '../gate/metric.ts';
import { deploymentNumber, digest, regionName, releaseNumber, serviceName } from '../names.ts';
import type { ServiceSpec } from '../spec/service-spec.ts';
import { planDeployment, type PlanRequest } from './plan-deployment.ts';
import { previewOf } from './preview.ts';

const eu = regionName('eu-west');
const errors: MetricGate = {
  name: 'errors',
  promql: 'error_rate',
  max: 0.01,
  min: null,
  forMs: 60_000,
  everyMs: 15_000,
  samples: 3,
};
const latency = { ...errors, name: 'latency' };
const required = { require: ['ci/lint', 'ci/unit'], withinMs: 1_800_000 };
const batches = [{ percent: 100 }];
const plain: ServiceSpec = {
  service: serviceName('checkout'),
  build: { run: null, output: '.', timeoutMs: 1 },
  checks: { run: 'npm test', timeoutMs: 1 },
  run: { command: ['node'], env: {}, restart: 'stop-first' },
  on: {},
  health: { http: '/', startPeriodMs: 1, intervalMs: 1, timeoutMs: 1, healthyAfter: 1, unhealthyAfter: 1 },
  approve: null,
  rollout: {
    stages: [{ name: 'all', regions: [eu], batches, bakeMs: 60_000 }],
    budget: { failedPercent: 5, cap: 50 },
    batchTimeoutMs: 1,
    absentAfterMs: 1,
    undoDeadlineMs: 1,
    verify: { run: null, timeoutMs: 1 },
  },
  rollback: { automatic: true, lockAfter: true },
};
const gated: ServiceSpec = {
  ...plain,
  checks: { run: null, timeoutMs: 1, required },
  rollout: {
    ...plain.rollout,
    stages: [{ name: 'all', regions: [eu], batches, bakeMs: 60_000, metrics: [errors] }],
    verify: { run: null, timeoutMs: 1, metrics: [latency] },
  },
};
const request: PlanRequest = {
  deployment: deploymentNumber(87),
  kind: 'rollout',
  release: { number: releaseNumber(412), digest: digest(`sha256:${'a'.repeat(64)}`) },
  spec: gated,
  regions: [eu],
  previousRegions: [eu],
  wasAdmitted: false,
  hasMetricsServer: true,
  hooksAllowed: false,
};
const planOf = (more: Partial<PlanRequest>) => {
  const decision = planDeployment({ ...request, ...more });
  if (decision.outcome === 'refused') throw new Error(decision.reason);
  return decision.plan;
};

test('a plan has the gates of its spec', () => {
  expect(planOf({})).toMatchObject({
    checks: required,
    stages: [{ name: 'all', metrics: [errors] }],
    verify: { metrics: [latency] },
  });
});

test('a plan without gates is what it was before there were any: its digest stays', () => {
  const { stages, ...plan } = planOf({ spec: plain });
  expect(Object.keys(plan)).not.toContain('checks');
  expect(Object.keys(stages[0]!)).toEqual(['name', 'regions', 'batches', 'bakeMs']);
});

test('a release that was admitted before rests on the checks that were reported then', () => {
  expect(planOf({ wasAdmitted: true }).checks).toBeUndefined();
  expect(planOf({ wasAdmitted: true }).stages[0]!.metrics).toEqual([errors]);
});

test('a rollback asks neither a CI nor a metric, also when no server is there', () => {
  const { checks, stages, verify } = planOf({ kind: 'rollback', hasMetricsServer: false });
  expect([checks, stages[0]!.metrics, verify]).toEqual([undefined, undefined, null]);
});

test.each([
  [gated, 'rollout.stages[0].metrics (errors): no Prometheus server is configured.'],
  [
    { ...gated, rollout: { ...plain.rollout, verify: gated.rollout.verify } },
    'rollout.verify.metrics (latency): no Prometheus server is configured.',
  ],
])('metrics that nobody can ask for are refused by their name', (spec, reason) => {
  const decision = planDeployment({ ...request, spec, hasMetricsServer: false });
  expect(decision).toMatchObject({ outcome: 'refused', reason: expect.stringContaining(reason) });
});

test('a spec without metrics needs no server', () => {
  expect(planOf({ spec: plain, hasMetricsServer: false }).verify).toEqual({ run: null, timeoutMs: 1 });
});

test('a preview tells the gates as people read them', () => {
  const metric = (name: string) => `${name} at most 0.01 for 1 min, 3 samples or more, one every 15 s`;
  expect(previewOf({ ...request, from: null })).toMatchObject({
    outcome: 'planned',
    preview: {
      checks: null,
      required,
      stages: [{ metrics: [metric('errors')] }],
      verify: null,
      verifyMetrics: [metric('latency')],
    },
  });
});
