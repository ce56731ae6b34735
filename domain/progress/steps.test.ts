import { describe, expect, test } from '@jest/globals';
import type { ServiceSpec } from '../spec/service-spec.ts';
import { inRegion, euWest, usEast, apSouth } from './why.fixture.ts';
import type { Milestone } from './milestone.ts';
import type { StepFacts } from './step.ts';
import { stepsOf } from './steps.ts';

const spec = {
  checks: { run: 'npm test', timeoutMs: 1 },
  approve: { quorum: 1, roles: ['release-owner'], expiresMs: 1 },
  rollout: { verify: { run: './smoke', timeoutMs: 1 } },
} as unknown as ServiceSpec;

const at = (minute: number): string => `2026-11-24T12:${String(minute).padStart(2, '0')}:00.000Z`;
const mark = (verb: string, minute: number, more: Partial<Milestone> = {}): Milestone => ({
  verb,
  at: at(minute),
  lastAt: at(minute),
  count: 1,
  actor: null,
  stage: null,
  ...more,
});
const untilCanary = [
  mark('build-started', 0),
  mark('checks-started', 2),
  mark('planned', 3),
  mark('region-replicated', 4),
  mark('approve', 5, { actor: 'mo' }),
  mark('admitted', 5),
  mark('stage-started', 6, { stage: 'canary' }),
];
const facts = (more: Partial<StepFacts> = {}): StepFacts => ({
  kind: 'rollout',
  isBuilt: true,
  spec,
  stages: [
    { name: 'canary', regions: [euWest] },
    { name: 'world', regions: [usEast, apSouth] },
  ],
  regions: [inRegion(euWest, 'rolling'), inRegion(usEast, 'replicating'), inRegion(apSouth, 'replicating')],
  approvals: { given: 1, wanted: 1 },
  state: 'rolling',
  outcome: null,
  reason: null,
  waitingFor: null,
  pending: [],
  milestones: untilCanary,
  endedAt: null,
  ...more,
});
const shown = (given: StepFacts): string[] => stepsOf(given).map(({ name, state }) => `${name} ${state}`);

describe('the steps of a deployment', () => {
  test('name everybody who approved, and say when the last region had its copy', () => {
    const more = [mark('approve', 6, { actor: 'kim' }), mark('region-replicated', 4, { count: 3, lastAt: at(7) })];
    const milestones = [...untilCanary.filter(({ verb }) => verb !== 'region-replicated'), ...more];
    const steps = stepsOf(facts({ milestones, approvals: { given: 2, wanted: 2 } }));
    expect(steps.find(({ kind }) => kind === 'approval')?.note).toBe('2 of 2 (mo, kim)');
    expect(steps.find(({ kind }) => kind === 'replication')).toMatchObject({ endedAt: at(7), note: '3 of 3' });
  });

  test.each<[string, StepFacts['approvals'], string]>([
    ['while others are asked', { given: 1, wanted: 2, by: ['kim'] }, '1 of 2 (kim)'],
    ['once enough have agreed', { given: 2, wanted: 2, by: ['kim', 'pat'] }, '2 of 2 (kim, pat)'],
    ['and nobody else', { given: 0, wanted: 2, by: [] }, '0 of 2'],
    [
      'and none of whom it is not known, while a stage is asked about',
      { given: 0, wanted: 1, stage: 'world' },
      '1 of 1',
    ],
  ])('name those whose approval has not expired %s', (_, approvals, note) => {
    const milestones = [...untilCanary, mark('approve', 6, { actor: 'kim' }), mark('approve', 7, { actor: 'pat' })];
    expect(stepsOf(facts({ milestones, approvals })).find(({ kind }) => kind === 'approval')?.note).toBe(note);
  });

  test('are all there in order, with when each began and ended, and how far it is', () => {
    expect(stepsOf(facts())).toEqual([
      { kind: 'build', name: 'build', state: 'done', startedAt: at(0), endedAt: at(2), note: null },
      { kind: 'checks', name: 'checks', state: 'done', startedAt: at(2), endedAt: at(3), note: null },
      { kind: 'approval', name: 'approval', state: 'done', startedAt: at(3), endedAt: at(5), note: '1 of 1 (mo)' },
      { kind: 'replication', name: 'replication', state: 'running', startedAt: at(3), endedAt: null, note: '1 of 3' },
      { kind: 'stage', name: 'canary', state: 'running', startedAt: at(6), endedAt: null, note: '0 of 1' },
      { kind: 'stage', name: 'world', state: 'pending', startedAt: null, endedAt: null, note: '0 of 2' },
      { kind: 'verify', name: 'verify', state: 'pending', startedAt: null, endedAt: null, note: null },
    ]);
  });

  test.each<[string, number, string[]]>([
    ['its canary went back', 1, ['1 of 1', '0 of 2']],
    ['its canary and one of two went back', 2, ['1 of 1', '1 of 2']],
    ['an earlier version kept no record of regions', 0, ['1 of 1', '0 of 2']],
  ])('keep what stages have reached before they were undone: %s', (_, ready, notes) => {
    const undone = [mark('stage-started', 8, { stage: 'world' }), mark('undo-started', 9)];
    const records = ready === 0 ? [] : [mark('region-ready', 7, { count: ready })];
    const regions = [inRegion(euWest, 'undone'), inRegion(usEast, 'undone'), inRegion(apSouth, 'undoing')];
    const steps = stepsOf(facts({ milestones: [...untilCanary, ...records, ...undone], state: 'undoing', regions }));
    expect(steps.filter(({ kind }) => kind === 'stage').map(({ note }) => note)).toEqual(notes);
    expect(steps.at(-1)).toMatchObject({ kind: 'undo', note: '2 of 3' });
  });

  test('count regions that are ready while others of their stage are not', () => {
    const world = [mark('stage-started', 8, { stage: 'world' }), mark('region-ready', 7, { count: 2 })];
    const regions = [inRegion(euWest, 'done'), inRegion(usEast, 'done'), inRegion(apSouth, 'rolling')];
    const steps = stepsOf(facts({ milestones: [...untilCanary, ...world], regions }));
    expect(steps.filter(({ kind }) => kind === 'stage').map(({ note }) => note)).toEqual(['1 of 1', '1 of 2']);
  });

  const awaited = [mark('build-started', 0), mark('planned', 1), mark('checks-awaited', 2)];
  const later = ['canary pending', 'world pending', 'verify pending'];
  test.each<[string, Partial<StepFacts>, string[]]>([
    ['a build that nobody has begun', { milestones: [], spec: null, state: 'queued' }, ['build pending']],
    [
      'a build that waits for a worker',
      { milestones: untilCanary.slice(0, 1), spec: null, waitingFor: 'build-worker' },
      ['build waiting'],
    ],
    [
      'a build that failed',
      { milestones: untilCanary.slice(0, 1), spec: null, state: 'failed', outcome: 'failed', endedAt: at(1) },
      ['build failed'],
    ],
    [
      'a build whose plan was refused',
      { milestones: untilCanary.slice(0, 1), state: 'failed', outcome: 'failed', endedAt: at(1) },
      [
        'build done',
        'checks skipped',
        'approval skipped',
        'replication skipped',
        ...later.map((each) => each.replace('pending', 'skipped')),
      ],
    ],
    [
      'the own checks of a release that exists',
      { milestones: [mark('planned', 1), mark('checks-started', 2)], isBuilt: false, state: 'checking' },
      ['checks running', 'approval pending', 'replication pending', ...later],
    ],
    [
      'the own checks of a release that exists, which have passed',
      {
        milestones: [mark('planned', 1), mark('checks-started', 2), mark('checks-passed', 3)],
        isBuilt: false,
        waitingFor: 'approval',
      },
      ['checks done', 'approval waiting', 'replication running', ...later],
    ],
    [
      'checks that an existing CI has not reported, before anybody is asked',
      { milestones: awaited, waitingFor: 'checks', state: 'checking' },
      ['build done', 'checks waiting', 'approval pending', 'replication pending', ...later],
    ],
    [
      'such checks of a release that exists',
      { milestones: awaited.slice(1), isBuilt: false, waitingFor: 'checks', state: 'checking' },
      ['checks waiting', 'approval pending', 'replication pending', ...later],
    ],
    [
      'such checks that have passed',
      { milestones: [...awaited, mark('checks-passed', 3)], waitingFor: 'approval', state: 'approving' },
      ['build done', 'checks done', 'approval waiting', 'replication running', ...later],
    ],
    [
      'such checks that failed',
      { milestones: awaited, state: 'failed', outcome: 'failed', endedAt: at(3) },
      [
        'build done',
        'checks failed',
        'approval skipped',
        'replication skipped',
        ...later.map((each) => each.replace('pending', 'skipped')),
      ],
    ],
    ...['the plan was refused: there is no region "mars"', 'plan: there is no region "mars"'].map(
      (reason): [string, Partial<StepFacts>, string[]] => [
        `checks that have passed before ${reason}`,
        {
          milestones: awaited.slice(0, 1).concat(mark('checks-started', 1)),
          state: 'failed',
          outcome: 'failed',
          reason,
          endedAt: at(3),
        },
        [
          'build done',
          'checks done',
          'plan failed',
          'approval skipped',
          'replication skipped',
          ...later.map((each) => each.replace('pending', 'skipped')),
        ],
      ],
    ),
    [
      'a rollback, which asks nobody',
      {
        kind: 'rollback',
        isBuilt: false,
        stages: [{ name: 'rollback', regions: [euWest, usEast] }],
        milestones: [mark('planned', 0), mark('stage-started', 1, { stage: 'rollback' })],
      },
      ['replication running', 'rollback running'],
    ],
  ])('of %s', (_, more, steps) => expect(shown(facts(more))).toEqual(steps));

  const past = ['build done', 'checks done'];
  test.each<[string, Partial<StepFacts>, string[]]>([
    [
      'people who are asked',
      { milestones: untilCanary.slice(0, 4), waitingFor: 'approval' },
      ['approval waiting', 'replication running', 'canary pending', 'world pending', 'verify pending'],
    ],
    [
      'people who are asked, and can say nothing any more',
      { milestones: untilCanary.slice(0, 4), waitingFor: 'no-tokens' },
      ['approval waiting', 'replication running', 'canary pending', 'world pending', 'verify pending'],
    ],
    [
      'a person who rejected',
      { milestones: [...untilCanary.slice(0, 4), mark('reject', 7)], outcome: 'rejected', endedAt: at(7) },
      ['approval failed', 'replication skipped', 'canary skipped', 'world skipped', 'verify skipped'],
    ],
    [
      'a copy that failed for good',
      { milestones: untilCanary.slice(0, 4), outcome: 'failed', endedAt: at(7) },
      ['approval skipped', 'replication failed', 'canary skipped', 'world skipped', 'verify skipped'],
    ],
    [
      'a stage that is held',
      { waitingFor: 'decision' },
      ['approval done', 'replication running', 'canary waiting', 'world pending', 'verify pending'],
    ],
    [
      'a stage that failed, and its undo',
      { milestones: [...untilCanary, mark('undo-started', 8)], state: 'undoing' },
      ['approval done', 'replication skipped', 'canary failed', 'world skipped', 'verify skipped', 'undo running'],
    ],
    [
      'an undo that a region still owes',
      {
        milestones: [...untilCanary, mark('undo-started', 8)],
        outcome: 'undone',
        pending: [euWest],
        endedAt: at(9),
      },
      ['approval done', 'replication skipped', 'canary failed', 'world skipped', 'verify skipped', 'undo failed'],
    ],
    [
      'a success',
      {
        milestones: [
          ...untilCanary.filter(({ verb }) => verb !== 'region-replicated'),
          mark('region-replicated', 4, { count: 3, lastAt: at(7) }),
          mark('stage-started', 8, { stage: 'world' }),
          mark('verify-started', 9),
          mark('point-of-no-return', 10),
        ],
        state: 'succeeded',
        outcome: 'succeeded',
        endedAt: at(11),
      },
      ['approval done', 'replication done', 'canary done', 'world done', 'verify done'],
    ],
  ])('with %s', (_, more, steps) => expect(shown(facts(more))).toEqual([...past, ...steps]));
});

test('hooks stand before the first stage and after the verification, and a step without an undo wants an approval', () => {
  const up = { run: './up', undo: null, timeoutMs: 1, mayStay: false, destructive: false };
  const hooks = { before: [up], after: [up], region: { before: [], after: [] } };
  const withHooks = { ...spec, approve: null, hooks };
  const milestones = [
    ...untilCanary.slice(0, -1),
    mark('hooks-before-started', 6),
    mark('stage-started', 7, { stage: 'canary' }),
  ];
  expect(shown(facts({ spec: withHooks, milestones }))).toEqual([
    'build done',
    'checks done',
    'approval done',
    'replication running',
    'hooks before done',
    'canary running',
    'world pending',
    'verify pending',
    'hooks after pending',
  ]);
  const last = [
    mark('stage-started', 8, { stage: 'world' }),
    mark('verify-started', 9),
    mark('hooks-after-started', 10),
  ];
  expect(shown(facts({ spec: withHooks, milestones: [...milestones, ...last] })).slice(-2)).toEqual([
    'verify done',
    'hooks after running',
  ]);
  expect(shown(facts({ spec: withHooks, kind: 'rollback' })).filter((step) => step.startsWith('hooks'))).toEqual([]);
});

test('an undo that left something has failed', () => {
  const milestones = [...untilCanary, mark('undo-started', 8)];
  expect(shown(facts({ milestones, outcome: 'failed', endedAt: at(9) })).at(-1)).toBe('undo failed');
});
