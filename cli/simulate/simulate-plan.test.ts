import { describe, expect, test } from '@jest/globals';
import { digest, regionName, releaseNumber, serviceName } from '../../domain/names.ts';
import type { DeploymentPlan } from '../../protocol/api/plan.ts';
import { refuseWithoutSimulation, simulatedFaults, withGivenHosts, type SimulationFlags } from './simulation-flags.ts';
import { simulatePlan, simulationLines } from './simulate-plan.ts';

const [eu, ap, us] = [regionName('eu-west'), regionName('ap-south'), regionName('us-east')];
const plan: DeploymentPlan = {
  service: serviceName('checkout'),
  release: releaseNumber(412),
  from: releaseNumber(411),
  kind: 'rollout',
  commit: { id: 'a'.repeat(40), subject: 'Fix', authors: ['lin'] },
  totalBytes: 40_000_000,
  stages: [
    { name: 'canary', regions: [{ region: eu, hosts: 20 }], batches: ['1', '100%'], bakeMs: 60_000 },
    { name: 'world', regions: [{ region: ap, hosts: 100 }], batches: ['1', '25%', '100%'], bakeMs: 0 },
  ],
  approval: null,
  checks: null,
  verify: null,
  health: 'GET /healthz',
  budget: { failedPercent: 5, cap: 50 },
  judge: [],
  rollback: { automatic: true, lockAfter: true },
  timing: {
    batchTimeoutMs: 600_000,
    absentAfterMs: 180_000,
    undoDeadlineMs: 120_000,
    healthyAfterMs: 6_000,
    startPeriodMs: 10_000,
  },
  tookMs: null,
  lock: null,
  ahead: 0,
  reverted: null,
  digest: digest(`sha256:${'1'.repeat(64)}`),
  asOf: '2026-11-24T10:00:00.000Z',
};
const lines = (flags: SimulationFlags, over: Partial<DeploymentPlan> = {}): string[] => {
  const other = { ...plan, ...over };
  return simulationLines(simulatePlan(other, simulatedFaults(flags, other)), other);
};

test('a good release: what happens when, and what it came to', () => {
  const printed = lines({});
  expect(printed[0]).toMatch(/^ 0:00:00 +stage canary: eu-west$/);
  expect(printed).toContainEqual(
    expect.stringMatching(/^ 0:0\d:\d\d {2}ap-south {2}batch 2 of 3: 24 hosts, 25 of 100 in all$/),
  );
  expect(printed.at(-1)).toMatch(/^simulated: succeeded after .+; 120 hosts told to switch$/);
});

test('a bad one stops at its canary, and goes back', () => {
  const printed = lines({ failHost: '100%' });
  expect(printed.at(-1)).toMatch(
    /^simulated: undone after .+ \(eu-west: of 1 host 1 failed, .+\); 1 host told to switch, 1 failed, 0 lost$/,
  );
  expect(printed.join('\n')).toMatch(/eu-west +stops: of 1 host 1 failed, 0 allowed: fails its health check/);
});

test('going back takes its time', () => {
  const took = /^ +0:\d\d:\d\d +undone after (\d+) s$/m.exec(lines({ failHost: '100%' }).join('\n'));
  expect(Number(took?.[1])).toBeGreaterThanOrEqual(1);
});

test('a bad world holds, with the reason that a person has to know', () => {
  const printed = lines({ badWorld: ['ap-south'] });
  const why = 'bad world: of \\d+ without the release \\d+ are unhealthy too, \\d+ allowed';
  expect(printed).toContainEqual(
    expect.stringMatching(
      new RegExp(`^ .+ ap-south {2}is held, a person decides: of 1 host 1 failed, 0 allowed: .+; ${why}$`),
    ),
  );
  expect(printed.at(-1)).toMatch(
    new RegExp(`^simulated: held after .+ \\(ap-south: .+; ${why}\\); 21 hosts told to switch, 1 failed, 0 lost$`),
  );
});

test('a region without a host is waited for, and that is said', () => {
  const [canary, world] = plan.stages;
  const empty = [canary!, { ...world!, regions: [...world!.regions, { region: us, hosts: 0 }] }];
  const printed = lines({}, { stages: empty });
  expect(printed).toContainEqual(
    expect.stringMatching(/us-east +no host reports: waits here until one does, or a person skips the region$/),
  );
  expect(printed.at(-1)).toMatch(
    /^simulated: waiting after .+ \(no host reports in us-east\); 120 hosts told to switch$/,
  );
});

test('a first release is simulated on as many hosts as the person says', () => {
  const unknown = plan.stages.map((stage) => ({
    ...stage,
    regions: stage.regions.map((each) => ({ ...each, hosts: null })),
  }));
  const first = withGivenHosts({ ...plan, from: null, stages: unknown }, { hosts: ['4', 'ap-south=6'] });
  expect(lines({}, first).at(-1)).toMatch(/^simulated: succeeded after .+; 10 hosts told to switch$/);
  const known = withGivenHosts(plan, { hosts: ['4'] });
  expect(known).toEqual(plan);
});

test('what of the plan is left out of it is named', () => {
  const [canary, world] = plan.stages;
  const hook = { run: './up', undo: './down', timeoutMs: 1, mayStay: false, destructive: false };
  const none = { before: [], after: [] };
  const asked = { quorum: 1, roles: ['release-owner'] as const, expiresMs: 1 };
  const printed = lines(
    {},
    {
      stages: [canary!, { ...world!, approve: asked, metrics: ['errors at most 1'] }],
      requiredChecks: { require: ['ci/lint'], withinMs: 1 },
      window: 'mon 09:00 to 17:00',
      hooks: { before: [hook], after: [], region: none },
      verify: './smoke.sh',
    },
  );
  expect(printed.at(-1)).toBe(
    'not simulated, and not in its time: checks, approvals, the window, hooks, verify, metrics',
  );
});

test('faults are those of the flags', () => {
  const flags = { failHost: '3%', loseHost: '1.5%', slowRegion: ['ap-south', 'eu-west=2.5'], seed: '7' };
  expect(
    simulatedFaults({ ...flags, loseRegion: ['10m', 'eu-west=30s'], badWorld: ['ap-south', 'eu-west=2m'] }, plan),
  ).toEqual({
    seed: 7,
    failPercent: 3,
    losePercent: 1.5,
    slow: new Map([
      [ap, 10],
      [eu, 2.5],
    ]),
    cutOff: new Map([
      [ap, 600_000],
      [eu, 30_000],
    ]),
    badWorld: new Map([
      [ap, 0],
      [eu, 120_000],
    ]),
  });
});

describe('what can not be simulated says why', () => {
  test.each([
    [{ failHost: '3' }, '--fail-host must be a percentage such as 3%, not "3"'],
    [{ loseHost: '200%' }, '--lose-host must be a percentage such as 3%, not "200%"'],
    [{ slowRegion: ['ap-south=fast'] }, '--slow-region must say how many times slower'],
    [{ slowRegion: ['ap-south=3=4'] }, 'such as ap-south=3, not "ap-south=3=4"'],
    [{ slowRegion: ['mars'] }, '--slow-region: the plan has no region "mars"; it has eu-west, ap-south'],
    [{ loseRegion: ['ap-south'] }, '--lose-region must be a duration such as 250ms, 5s, 10m or 4h'],
    [{ loseRegion: ['mars=10m'] }, '--lose-region: the plan has no region "mars"'],
    [{ badWorld: ['mars'] }, '--bad-world: the plan has no region "mars"; it has eu-west, ap-south'],
    [{ badWorld: ['mars=10m'] }, '--bad-world: the plan has no region "mars"'],
    [{ badWorld: ['ap-south=soon'] }, '--bad-world must be a region, or one and how long after its first batch'],
    [{ badWorld: ['ap-south='] }, 'such as ap-south=10m, not "ap-south="'],
    [{ badWorld: ['ap-south=1m=2m'] }, 'such as ap-south=10m, not "ap-south=1m=2m"'],
    [{ seed: 'x' }, '--seed must be a whole number, not "x"'],
  ])('%j', (flags, message) => expect(() => simulatedFaults(flags, plan)).toThrow(message));

  test('a region that has not reported', () => {
    const [canary, world] = plan.stages;
    const unknown = { ...plan, stages: [canary!, { ...world!, regions: [{ region: ap, hosts: null }] }] };
    expect(() => simulatePlan(unknown, simulatedFaults({}, plan))).toThrow(
      'no release of checkout has run in ap-south, so its hosts are not known: say how many, --hosts ap-south=4',
    );
    expect(() => simulatePlan({ ...unknown, stages: unknown.stages.slice(1) }, simulatedFaults({}, plan))).toThrow(
      'checkout has run nowhere yet, so its hosts are not known: say how many a region has, --hosts 4',
    );
  });

  test.each(['0', 'x', '-3', 'ap-south=', '100000'])('hosts that are no number: %s', (hosts) =>
    expect(() => withGivenHosts(plan, { hosts: [hosts] })).toThrow('--hosts must be 1 to 99999 hosts such as 4'),
  );

  test('hosts of a region that the plan does not have', () =>
    expect(() => withGivenHosts(plan, { hosts: ['mars=4'] })).toThrow('--hosts: the plan has no region "mars"'));

  test('a fault without a simulation', () => {
    expect(() => refuseWithoutSimulation({ slowRegion: ['ap-south'] })).toThrow(
      '--slow-region is about a simulation: add --simulate',
    );
    expect(() => refuseWithoutSimulation({ badWorld: ['ap-south'] })).toThrow(
      '--bad-world is about a simulation: add --simulate',
    );
    refuseWithoutSimulation({ simulate: true, failHost: '3%' });
    refuseWithoutSimulation({});
  });
});
