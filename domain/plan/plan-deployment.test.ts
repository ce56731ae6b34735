import { describe, expect, test } from '@jest/globals';
import { deploymentNumber, digest, regionName, releaseNumber, serviceName } from '../names.ts';
import type { ServiceSpec } from '../spec/service-spec.ts';
import { bindingOf, plannedRegions, stageBindingOf } from './plan.ts';
import type { Plan } from './plan.ts';
import { planDeployment, type PlanRequest } from './plan-deployment.ts';

const [euWest, usEast, apSouth] = [regionName('eu-west'), regionName('us-east'), regionName('ap-south')];

const spec: ServiceSpec = {
  service: serviceName('checkout'),
  build: { run: null, output: '.', timeoutMs: 600_000 },
  checks: null,
  run: { command: ['node', 'server.js'], env: {}, restart: 'stop-first' },
  on: { role: 'web' },
  health: {
    http: '/healthz',
    startPeriodMs: 10_000,
    intervalMs: 2000,
    timeoutMs: 2000,
    healthyAfter: 3,
    unhealthyAfter: 2,
  },
  approve: { quorum: 1, roles: ['release-owner'], expiresMs: 14_400_000 },
  rollout: {
    stages: [
      { name: 'canary', regions: [euWest], batches: [{ hosts: 1 }, { percent: 100 }], bakeMs: 120_000 },
      { name: 'world', regions: [usEast, apSouth], batches: [{ percent: 50 }, { percent: 100 }], bakeMs: 0 },
    ],
    budget: { failedPercent: 5, cap: 50 },
    batchTimeoutMs: 600_000,
    absentAfterMs: 180_000,
    undoDeadlineMs: 90_000,
    verify: { run: './smoke.sh', timeoutMs: 60_000 },
  },
  rollback: { automatic: true, lockAfter: true },
};

const request: PlanRequest = {
  deployment: deploymentNumber(87),
  kind: 'rollout',
  release: { number: releaseNumber(412), digest: digest(`sha256:${'a'.repeat(64)}`) },
  spec,
  regions: [apSouth, euWest, usEast],
  previousRegions: [usEast, euWest],
  wasAdmitted: false,
  hasMetricsServer: false,
  hooksAllowed: false,
};

function planned(changed: Partial<PlanRequest>): Plan {
  const decision = planDeployment({ ...request, ...changed });
  if (decision.outcome === 'refused') throw new Error(decision.reason);
  return decision.plan;
}

describe('a region that is being drained', () => {
  test('is left out of a rollout, and named in it', () => {
    const plan = planned({ draining: [usEast] });
    expect(plannedRegions(plan)).toEqual([euWest, apSouth]);
    expect(plan.drained).toEqual([usEast]);
  });
  test('that is all of a stage takes the stage with it', () => {
    const plan = planned({ draining: [euWest] });
    expect(plan.stages.map(({ name }) => name)).toEqual(['world']);
  });
  test('says nothing in the plan of a service that does not go there', () => {
    expect(planned({ draining: [regionName('sa-east')] })).not.toHaveProperty('drained');
    expect(planned({ draining: [usEast], only: [euWest] })).not.toHaveProperty('drained');
  });
  test('is rolled back like any other: its hosts run on', () => {
    const plan = planned({ kind: 'rollback', draining: [usEast] });
    expect(plannedRegions(plan)).toEqual([usEast, euWest]);
    expect(plan).not.toHaveProperty('drained');
  });
  test.each([
    ['alone', { only: [usEast], draining: [usEast] }, 'us-east is being drained: nothing new begins there', [usEast]],
    [
      'with all others',
      { draining: [euWest, usEast, apSouth] },
      'all regions of checkout are being drained: nothing new begins there',
      [euWest, usEast, apSouth],
    ],
  ])('is refused %s', (_what, changed, reason, drained) => {
    expect(planDeployment({ ...request, ...changed })).toEqual({ outcome: 'refused', reason, drained });
  });
});

describe.each(['rollout', 'roll-forward'] as const)('a %s', (kind) => {
  test('does what the spec says, stage by stage', () => {
    expect(planned({ kind })).toEqual({
      format: 'slipway.plan/1',
      service: 'checkout',
      deployment: 87,
      kind,
      release: { release: request.release, selector: { role: 'web' } },
      stages: spec.rollout.stages,
      approve: spec.approve,
      budget: spec.rollout.budget,
      batchTimeoutMs: 600_000,
      absentAfterMs: 180_000,
      undoDeadlineMs: 90_000,
      verify: spec.rollout.verify,
      rollback: spec.rollback,
    });
  });

  test('into a region that does not exist is refused with its name, and nothing is left out in silence', () => {
    expect(planDeployment({ ...request, kind, regions: [euWest, usEast] })).toEqual({
      outcome: 'refused',
      reason: 'rollout.stages[1] (world): there is no region "ap-south". Regions are eu-west, us-east.',
    });
    expect(planDeployment({ ...request, kind, regions: [] })).toMatchObject({
      reason: expect.stringContaining('No region'),
    });
  });
});

describe('a rollback', () => {
  test('goes to all regions where the service runs, at once: one canary each, then all the rest', () => {
    expect(planned({ kind: 'rollback' }).stages).toEqual([
      { name: 'rollback', regions: [usEast, euWest], batches: [{ hosts: 1 }, { percent: 100 }], bakeMs: 0 },
    ]);
  });

  test('asks nobody and verifies nothing that could send it back', () => {
    expect(planned({ kind: 'rollback' })).toMatchObject({ approve: null, verify: null });
  });

  test('leaves out a region that was removed since', () => {
    expect(plannedRegions(planned({ kind: 'rollback', regions: [euWest] }))).toEqual([euWest]);
  });

  test('of a service that runs nowhere is refused', () => {
    expect(planDeployment({ ...request, kind: 'rollback', previousRegions: [] })).toEqual({
      outcome: 'refused',
      reason: 'checkout runs in no region: there is nothing to roll back',
    });
  });
});

test('an approval is bound to release, plan and every region', () => {
  const planDigest = digest(`sha256:${'b'.repeat(64)}`);
  expect(bindingOf(planned({}), planDigest)).toEqual({
    service: 'checkout',
    deployment: 87,
    release: request.release,
    planDigest,
    regions: [euWest, usEast, apSouth],
  });
});

describe('a stage that asks', () => {
  const approve = { quorum: 2, roles: ['release-owner' as const], expiresMs: 3_600_000 };
  const [canary, world] = spec.rollout.stages;
  const asking = { ...spec, rollout: { ...spec.rollout, stages: [canary!, { ...world!, approve }] } };

  test('asks the same in the plan, and an approval of it names it and its own regions alone', () => {
    const plan = planned({ spec: asking });
    expect(plan.stages.map((stage) => stage.approve)).toEqual([undefined, approve]);
    const planDigest = digest(`sha256:${'b'.repeat(64)}`);
    expect(stageBindingOf(plan, planDigest, plan.stages[1]!)).toEqual({
      ...bindingOf(plan, planDigest),
      stage: 'world',
      regions: [usEast, apSouth],
    });
    expect(bindingOf(plan, planDigest)).not.toHaveProperty('stage');
  });

  test('does not in a rollback', () => {
    expect(planned({ spec: asking, kind: 'rollback' }).stages.every((stage) => stage.approve === undefined)).toBe(true);
  });

  test.each([
    [undefined, undefined, undefined],
    [undefined, 'one-with-review', 'one-with-review'],
    ['never', 'one-with-review', 'never'],
    // What the organisation asks can't be loosened by a repository.
    ['one-with-review', undefined, undefined],
    ['one-with-review', 'never', 'never'],
    ['two-persons', 'one-with-review', undefined],
  ] as const)('with breakGlass %s in the spec and %s in the organisation plans %s', (own, organisation, planned_) => {
    const policy = { ...approve, ...(own && { breakGlass: own }) };
    const stages = [canary!, { ...world!, approve: policy }];
    const strict = { ...spec, approve: policy, rollout: { ...spec.rollout, stages } };
    const plan = planned({ spec: strict, ...(organisation && { breakGlass: organisation }) });
    expect([plan.approve?.breakGlass, plan.stages[1]!.approve?.breakGlass]).toEqual([planned_, planned_]);
  });
});

describe('hooks of a spec', () => {
  const up = { run: './up', undo: './down', timeoutMs: 1, mayStay: false, destructive: false };
  const none = { before: [], after: [] };
  const hooks = { before: [up], after: [], region: none };

  test('are part of the plan, and of its digest', () => {
    const plan = planned({ spec: { ...spec, hooks, compatibleWith: 'none' }, hooksAllowed: true });
    expect(plan).toMatchObject({ hooks, compatibleWith: 'none' });
    expect(planned({ hooksAllowed: true })).toEqual(planned({}));
  });

  test('without a way back need an approval, whoever the spec asks', () => {
    const unasked = { ...spec, approve: null };
    const noUndo = { ...hooks, before: [{ ...up, undo: null }] };
    expect(planned({ spec: { ...unasked, hooks }, hooksAllowed: true }).approve).toBeNull();
    expect(planned({ spec: { ...unasked, hooks: noUndo }, hooksAllowed: true }).approve).toMatchObject({
      quorum: 1,
      roles: ['release-owner'],
    });
  });

  test('are refused by name where the installation runs none, with what to set', () => {
    const region = { before: [], after: [up] };
    const decision = planDeployment({ ...request, spec: { ...spec, hooks: { ...none, region } }, hooksAllowed: false });
    expect(decision).toMatchObject({
      outcome: 'refused',
      reason: expect.stringMatching(/^hooks\.region\.after\[0\]: .*SLIPWAY_HOOKS=on-build-workers/),
    });
  });

  test('are no part of a rollback, which is never refused for them', () => {
    const plan = planned({ kind: 'rollback', spec: { ...spec, hooks, compatibleWith: 'none' } });
    expect(plan).not.toHaveProperty('hooks');
    expect(plan).not.toHaveProperty('compatibleWith');
  });
});

describe('what deployments before it left behind', () => {
  const left = { deployment: 86, release: 411, compatibleWith: 'none', hooks: ['./up'] } as never;

  test('is part of the plan, and needs an approval where it keeps hosts from going back', () => {
    const unasked = { ...spec, approve: null };
    const plan = planned({ spec: unasked, leftBehind: [left] });
    expect(plan).toMatchObject({ leftBehind: [left], approve: { quorum: 1, roles: ['release-owner'] } });
    expect(planned({ spec: unasked, leftBehind: [] })).toEqual(planned({ spec: unasked }));
  });

  test('keeps no rollback waiting', () => {
    const plan = planned({ kind: 'rollback', leftBehind: [left] });
    expect(plan.approve).toBeNull();
    expect(plan).not.toHaveProperty('leftBehind');
  });
});

describe('a window', () => {
  const window = { every: 'week', timeZone: 'UTC', days: ['mon'], from: '09:00', to: '17:00' } as const;
  const windowed = { ...spec, rollout: { ...spec.rollout, window } };

  test('of the spec is in the plan, so that an approval is bound to it', () => {
    expect(planned({ spec: windowed }).window).toEqual(window);
    expect('window' in planned({})).toBe(false);
  });

  test('holds up no rollback', () => {
    expect('window' in planned({ spec: windowed, kind: 'rollback' })).toBe(false);
  });
});

describe('a deployment to some of the regions', () => {
  test('has the stages that are left, and each of the regions in its own', () => {
    const { stages } = planned({ only: [apSouth] });
    expect(stages.map(({ name, regions }) => [name, regions])).toEqual([['world', [apSouth]]]);
    expect(stages[0]?.batches).toEqual(spec.rollout.stages[1]?.batches);
    const both = planned({ only: [apSouth, euWest] }).stages;
    expect(both.map(({ name, regions }) => [name, regions])).toEqual([
      ['canary', [euWest]],
      ['world', [apSouth]],
    ]);
  });

  test('is refused by the name of a region that it does not go to', () => {
    const decision = planDeployment({ ...request, only: [apSouth, regionName('moon')] });
    expect(decision).toEqual({
      outcome: 'refused',
      reason: 'checkout does not go to moon: its regions are eu-west, us-east, ap-south',
    });
  });

  test('goes for a rollback too, where the service runs', () => {
    const { stages, approve } = planned({ kind: 'rollback', only: [usEast] });
    expect([stages.map(({ regions }) => regions), approve]).toEqual([[[usEast]], null]);
    expect(planDeployment({ ...request, kind: 'rollback', only: [apSouth] })).toMatchObject({ outcome: 'refused' });
  });
});

test('a rollback further back goes by the stages and approvals of its spec, without hooks and verification', () => {
  const plan = planned({ kind: 'rollback', further: true });
  expect(plan.stages.map(({ name }) => name)).toEqual(['canary', 'world']);
  expect([plan.approve, plan.verify, plan.hooks, plan.checks]).toEqual([spec.approve, null, undefined, undefined]);
});

test('a rollback further back goes to regions too that its spec did not have yet, as its last stage does', () => {
  const stages = [spec.rollout.stages[0]!];
  const old = { ...spec, rollout: { ...spec.rollout, stages } };
  const plan = planned({ kind: 'rollback', further: true, spec: old, previousRegions: [euWest, usEast] });
  expect(plan.stages.map(({ name, regions }) => [name, regions])).toEqual([
    ['canary', [euWest]],
    ['regions-added-since', [usEast]],
  ]);
  expect(plan.stages[1]?.batches).toEqual(stages[0]?.batches);
  expect(planned({ spec: old, previousRegions: [euWest, usEast] }).stages).toHaveLength(1);
});

test('a rollback further back leaves out regions that were removed since, and is refused when none is left', () => {
  const back = { ...request, kind: 'rollback', further: true } as const;
  const left = planned({ ...back, regions: [usEast], previousRegions: [usEast] });
  expect(left.stages.map(({ name, regions }) => [name, regions])).toEqual([['world', [usEast]]]);
  expect(planned({ ...back, regions: [euWest], previousRegions: [euWest] }).stages).toMatchObject([{ name: 'canary' }]);
  const elsewhere = regionName('sa-east');
  const moved = planned({ ...back, regions: [elsewhere], previousRegions: [elsewhere] });
  expect(moved.stages).toMatchObject([{ name: 'regions-added-since', regions: [elsewhere], bakeMs: 0 }]);
  expect(planDeployment({ ...back, regions: [elsewhere], previousRegions: [] })).toEqual({
    outcome: 'refused',
    reason: 'no region that checkout@412 goes to is there any more: there is nothing to roll back',
  });
});

test('a rollback further back is refused while the metrics of its stages can be asked of nobody', () => {
  const metric = { name: 'errors', promql: 'x', max: 1, min: null, forMs: 60_000, everyMs: 15_000, samples: 3 };
  const [first, ...rest] = spec.rollout.stages;
  const measured = { ...spec, rollout: { ...spec.rollout, stages: [{ ...first!, metrics: [metric] }, ...rest] } };
  const asked = { ...request, kind: 'rollback', spec: measured, hasMetricsServer: false } as const;
  expect(planDeployment({ ...asked, further: true })).toMatchObject({
    outcome: 'refused',
    reason: expect.stringContaining('rollout.stages[0].metrics (errors)'),
  });
  expect(planDeployment(asked).outcome).toBe('planned');
});
