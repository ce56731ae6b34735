import { describe, expect, test } from '@jest/globals';
import { deploymentNumber, digest, regionName, releaseNumber, serviceName } from '../domain/names.ts';
import { judgedHosts, judgeRules } from '../domain/plan/judge-rules.ts';
import type { DeploymentPlan } from '../protocol/api/plan.ts';
import { planLines } from './plan-text.ts';

const judge = judgeRules({
  health: { unhealthyAfter: 3 },
  rollout: { absentAfterMs: 90_000, batchTimeoutMs: 300_000, budget: { failedPercent: 2, cap: 10 } },
}).map((rule) => ({ ...rule }));
const plan: DeploymentPlan = {
  service: serviceName('checkout'),
  release: releaseNumber(412),
  from: releaseNumber(411),
  kind: 'rollout',
  commit: { id: 'a'.repeat(40), subject: 'Fix', authors: ['lin'] },
  totalBytes: 40_000,
  stages: [{ name: 'all', regions: [{ region: regionName('eu-west'), hosts: 20 }], batches: ['1', '100%'], bakeMs: 0 }],
  approval: null,
  checks: null,
  verify: null,
  health: 'GET /healthz',
  budget: { failedPercent: 2, cap: 10 },
  judge,
  rollback: { automatic: true, lockAfter: true },
  timing: { batchTimeoutMs: 1, absentAfterMs: 1, undoDeadlineMs: 1, healthyAfterMs: 1, startPeriodMs: 1 },
  tookMs: null,
  lock: null,
  ahead: 0,
  reverted: null,
  digest: digest(`sha256:${'1'.repeat(64)}`),
  asOf: '2026-11-24T10:00:00.000Z',
};

test('a plan prints what keeps it from beginning now, and nothing of that when nothing does', () => {
  const waits = ['frozen since 2026-12-20 00:00 UTC by mo: "holidays"', 'its window is shut'];
  const printed = planLines({ ...plan, waits }).join('\n');
  for (const text of waits) expect(printed).toMatch(new RegExp(`^ waits +${text}$`, 'm'));
  expect(planLines(plan).join('\n')).not.toMatch(/^ waits /m);
});

describe('a plan says of what fails', () => {
  const left = { deployment: deploymentNumber(86), release: releaseNumber(411), hooks: ['./up'] } as const;
  const locks = 'the lane is locked only where an undo leaves something';
  test.each<[string, Partial<DeploymentPlan>, string]>([
    ['that it is undone, and locks the lane', {}, 'automatic, then the lane is locked'],
    ['that a half undo locks the lane all the same', { rollback: { automatic: true, lockAfter: false } }, locks],
    [
      'that a person decides where the release before cannot run',
      { compatibleWith: 'none' },
      'a person decides, as the release before cannot run after it (compatibleWith: none); then the lane is locked',
    ],
    [
      'that a person decides where one that was left behind forbids it',
      { leftBehind: [{ ...left, compatibleWith: 'none' }] },
      'a person decides, as deployment 86 (@411) is neither finished nor undone: "./up" stands',
    ],
    [
      'what of the one before stays',
      { leftBehind: [left] },
      'deployment 86 (@411) is neither finished nor undone: "./up" stands',
    ],
  ])('%s', (_, more, text) => {
    expect(planLines({ ...plan, ...more }).join('\n')).toContain(text);
  });
});

test('a plan prints the rule for each kind of host, a line for each part of it, with the numbers of its spec', () => {
  const printed = planLines(plan).join('\n');
  for (const hosts of judgedHosts) expect(printed).toMatch(new RegExp(`^ ${hosts} +\\w`, 'm'));
  for (const part of judge.flatMap(({ rule }) => rule.split('; '))) expect(printed).toContain(`  ${part}`);
  expect(printed).toContain('3 checks in a row fail');
  expect(printed).toContain('silent for 1 min 30 s when its batch begins');
  expect(printed).toContain('not healthy 5 min after its batch began');
  expect(printed).toContain('more than 2 %');
});

test('how long it takes says of how many that was measured', () => {
  const time = (tookMs: DeploymentPlan['tookMs']) =>
    planLines({ ...plan, tookMs }).find((line) => line.startsWith(' time'));
  expect(time({ least: 60_000, most: 60_000, count: 1 })).toMatch(/ 1 min, as the last time$/);
  expect(time({ least: 60_000, most: 120_000, count: 3 })).toMatch(/ 1 min to 2 min \(last 3\)$/);
  expect(time(null)).toMatch(/ not known: none has succeeded yet$/);
});

test.each([
  [{}, 'in an emergency two persons go past it'],
  [{ breakGlass: 'never' as const }, 'nobody goes past it'],
  [{ breakGlass: 'one-with-review' as const }, 'in an emergency one person goes past it, and another reviews that'],
])('a plan says who may go past its approval: %j, %s', (policy, said) => {
  const approval = { quorum: 1, roles: ['release-owner' as const], teams: [], expiresMs: 3_600_000, ...policy };
  expect(planLines({ ...plan, approval }).join('\n')).toMatch(
    new RegExp(`^ approval +1 approval by release-owner, within 1h; ${said}$`, 'm'),
  );
});

describe('a stage says how many hosts each of its batches reaches', () => {
  const [eu, us] = [regionName('eu-west'), regionName('us-east')];
  const stagesOf = (regions: DeploymentPlan['stages'][number]['regions'], more: Partial<DeploymentPlan> = {}) => {
    const stages = [{ name: 'canary', regions, batches: ['1', '50%', '100%'], bakeMs: 120_000 }];
    const lines = planLines({ ...plan, stages, ...more });
    return lines
      .slice(
        1,
        lines.findIndex((line) => line.startsWith(' approval')),
      )
      .map((line) => line.trim());
  };
  const four = { hosts: 4, batches: [1, 2, 4] };

  test('of one region', () =>
    expect(stagesOf([{ region: eu, ...four }])).toEqual([
      expect.stringMatching(/^1 canary +eu-west, 4 hosts: batches of 1, 2, 4 hosts in all \(1, 50%, 100%\), bake 2m$/),
    ]));

  test('of regions that are alike', () =>
    expect(stagesOf([eu, us].map((region) => ({ region, ...four })))).toEqual([
      expect.stringMatching(/2 regions, 8 hosts: batches of 1, 2, 4 hosts in all \(1, 50%, 100%\) in each, bake 2m$/),
    ]));

  test('of regions that differ, a line each', () =>
    expect(
      stagesOf([
        { region: eu, ...four },
        { region: us, hosts: 2_001, absent: 1, batches: [1, 1_000, 2_000] },
      ]),
    ).toEqual([
      expect.stringMatching(/^1 canary +2 regions, 2,005 hosts, 1 of them absent: 1, 50%, 100%, bake 2m$/),
      'eu-west, 4 hosts: batches of 1, 2, 4 hosts in all',
      'us-east, 2,001 hosts, 1 of them absent: batches of 1, 1,000, 2,000 hosts in all',
    ]));

  test('and of what is not known, why', () => {
    const first = 'eu-west, hosts not known (no release of checkout has run yet): 1, 50%, 100%, bake 2m';
    expect(stagesOf([{ region: eu, hosts: null }], { from: null })[0]).toContain(first);
    expect(
      stagesOf([
        { region: eu, ...four },
        { region: us, hosts: null },
      ]),
    ).toEqual([
      expect.stringContaining('4 hosts, those in us-east not known (no release of checkout has run there): 1, 50%'),
      'eu-west, 4 hosts: batches of 1, 2, 4 hosts in all',
      'us-east: hosts not known',
    ]);
  });
});
