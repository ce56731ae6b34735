import { describe, expect, test } from '@jest/globals';
import { deploymentOutcomes, deploymentStates, isOutcome } from '../states.ts';
import { apSouth, checkout, euWest, facts, inRegion, noon, usEast } from './why.fixture.ts';
import { waitingSentence, type WaitKind } from './waiting.ts';
import type { DeploymentFacts } from './why-facts.ts';
import { whyOf } from './why.ts';

const lock = { owner: 'mo', reason: 'checkout/87 was undone: canary failed', since: noon };
const unlock = `slipway unlock ${checkout} --reason …`;
const watch = 'slipway watch checkout/87';

describe('what moves says where it is, and that nobody has to do anything', () => {
  const inWorld = [inRegion(euWest, 'done'), inRegion(usEast, 'rolling'), inRegion(apSouth, 'pending')];
  test.each<[string, Partial<DeploymentFacts>]>([
    ['it is its turn', { state: 'queued', stage: null }],
    ['builds checkout@412', { state: 'building', stage: null }],
    ['checks checkout@412', { state: 'checking', stage: null }],
    ['checkout@412 is made ready', { state: 'approving', stage: null }],
    ['world (2 of 2)', { regions: inWorld.slice(0, 1) }],
    ['world (2 of 2): us-east batch 4 of 4', { regions: [inRegion(usEast, 'rolling', { batch: 4 })] }],
    [
      'world (2 of 2): us-east batch 2 of 4 (no free port (us-east-1))',
      { state: 'rolling', regions: [{ ...inRegion(usEast, 'rolling'), reason: 'no free port (us-east-1)' }] },
    ],
    ['world (2 of 2): us-east batch 2 of 4', { state: 'baking', regions: [inRegion(usEast, 'baking')] }],
    ['verifies checkout@412', { state: 'verifying', stage: null }],
    ['checkout@412 becomes the base of its regions', { pointOfNoReturn: true }],
    [
      'goes back, 1 of 2 regions are undone: canary failed',
      {
        state: 'undoing',
        reason: 'canary failed',
        regions: [inRegion(euWest, 'undone'), inRegion(usEast, 'undoing'), inRegion(apSouth, 'ready')],
      },
    ],
  ])('%s', (cause, more) => {
    const next = { text: 'Nothing needs you.', command: watch, verb: null };
    expect(whyOf(facts(more))).toEqual({ cause, since: noon, next, needsSomeone: false });
  });
});

test('what no worker runs says which one is wanted, whatever it said last itself', () => {
  const waits = { waitingFor: 'bake', waiting: 'watches stage canary' } as const;
  for (const said of [{}, waits, { state: 'undoing', reason: 'aborted by ada' } as const])
    expect(whyOf(facts({ ...said, noWorkerOf: '5f0c' }))).toEqual({
      cause:
        'no control worker of version 5f0c runs, on which it began: nothing of it moves; goes on when one is started',
      since: noon,
      next: {
        text:
          'Start a control worker of version 5f0c again, with its bundle (docs/how-to/upgrade.md). Where none can be: ' +
          'terminate deployment:checkout:87 in Temporal, and recovery ends it in its place.',
        command: 'temporal worker deployment describe-version --deployment-name slipway-control --build-id 5f0c',
        verb: null,
      },
      needsSomeone: true,
    });
  expect(whyOf(facts({ noWorkerOf: '5f0c', outcome: 'undone', state: 'undone' }))!.cause).not.toContain('worker');
});

describe('what goes batch by batch says which one comes next', () => {
  const next = (more: Partial<DeploymentFacts>): string => whyOf(facts(more))!.next.text;
  const rolling = [inRegion(euWest, 'done'), inRegion(usEast, 'rolling'), inRegion(apSouth, 'pending')];
  test.each<[string, string, Partial<DeploymentFacts>]>([
    [
      'in one region',
      'Batch 3 in us-east once its hosts have stayed healthy. Nothing needs you.',
      { regions: rolling },
    ],
    [
      'in many regions',
      'Batch 3 in us-east, batch 2 in ap-south once their hosts have stayed healthy. Nothing needs you.',
      { regions: [inRegion(usEast, 'rolling'), inRegion(apSouth, 'rolling', { batch: 1 })] },
    ],
    ['before its first', 'Nothing needs you.', { regions: [inRegion(usEast, 'rolling', { batch: 0 })] }],
    ['but not once it was stopped', 'Nothing needs you.', { regions: rolling, reason: 'aborted by ada' }],
    [
      'but not where something is in its way',
      'Nothing needs you.',
      { regions: [inRegion(usEast, 'rolling', { reason: 'held where it is' })] },
    ],
    ['but not while it is paused', 'Resume it, or abort it.', { regions: rolling, waitingFor: 'resume', waiting: 'x' }],
    ['but not while it waits', 'Nothing needs you.', { regions: rolling, waitingFor: 'bake', waiting: 'bakes' }],
  ])('%s', (_, text, more) => expect(next(more)).toBe(text));

  test('and where it is, without its stages too', () => {
    expect(whyOf(facts({ regions: rolling }))!.cause).toBe('world (2 of 2): us-east batch 2 of 4');
    expect(whyOf(facts({ regions: rolling, stages: [] }))!.cause).toBe('world: us-east batch 2 of 4');
  });
});

describe('what waits says for what, and who ends that', () => {
  test.each<[WaitKind, string, string | null]>([
    ['turn', watch, null],
    ['unlock', unlock, 'unlock'],
    ['service', watch, null],
    ['approval', 'slipway approve checkout/87', 'approve'],
    ['replication', watch, null],
    ['build-worker', watch, null],
    ['resume', 'slipway resume checkout/87', 'resume'],
    ['decision', 'slipway resume checkout/87', 'resume'],
    ['choice', 'slipway abort checkout/87', 'abort'],
    ['hosts', 'slipway status checkout', null],
    ['checks', watch, null],
    ['metrics', watch, null],
    ['bake', watch, null],
    ['regions', watch, null],
  ])('%s', (waitingFor, command, verb) => {
    const why = whyOf(facts({ waitingFor, waiting: 'waits' }));
    expect(why).toMatchObject({ cause: 'waits', next: { command, verb }, needsSomeone: command !== watch });
  });

  test('what an earlier version recorded without its kind is told by its flags', () => {
    const commandOf = (more: Partial<DeploymentFacts>) => whyOf(facts({ waiting: 'waits', ...more }))?.next.command;
    expect(commandOf({ held: true })).toBe('slipway resume checkout/87');
    expect(commandOf({ paused: true })).toBe('slipway resume checkout/87');
    expect(commandOf({ state: 'approving', approvals: { given: 0, wanted: 1 } })).toBe('slipway approve checkout/87');
    expect(commandOf({})).toBe(watch);
  });
});

test('an undo that waits for a region names it, until when, and how not to wait', () => {
  const waiting = waitingSentence(checkout, { for: 'undo', regions: [usEast], until: noon });
  const regions = [inRegion(euWest, 'undone'), inRegion(usEast, 'undoing')];
  const why = whyOf(facts({ state: 'undoing', waitingFor: 'undo', waiting, reason: 'aborted by mo: dark', regions }));
  expect(why).toMatchObject({
    cause:
      "goes back, 1 of 2 regions are undone: aborted by mo: dark; waits until us-east is undone; after 2026-11-24 12:00 UTC it is left to the region's return",
    next: {
      text: 'Nothing needs you. To wait for no region any longer: slipway end-undo checkout/87.',
      command: watch,
    },
    needsSomeone: false,
  });
});

test('an undo needs someone as soon as a region does not answer', () => {
  const undoing = (state: 'undoing' | 'unreachable') =>
    whyOf(facts({ state: 'undoing', waitingFor: 'undo', waiting: 'waits', regions: [inRegion(usEast, state)] }));
  expect(undoing('undoing')).toMatchObject({ next: { command: watch }, needsSomeone: false });
  const next = {
    text: 'Look after us-east: it is undone when it answers.',
    command: 'slipway status checkout',
    verb: null,
  };
  expect(undoing('unreachable')).toMatchObject({ next, needsSomeone: true });
});

describe('what has ended says how, and what it left to do', () => {
  const touched = [inRegion(euWest, 'undone')];
  test.each<[string, Partial<DeploymentFacts>, string | null, boolean]>([
    ['undone, with a lock', { outcome: 'undone', regions: touched, lock }, unlock, true],
    ['undone, and opened since', { outcome: 'undone', regions: touched }, null, false],
    ['undone, and another came', { outcome: 'undone', regions: touched, lock, isNewest: false }, null, false],
    [
      'undone, but for a region',
      { outcome: 'undone', regions: touched, pending: [apSouth], lock },
      'slipway status checkout',
      true,
    ],
    ['failed before any region', { outcome: 'failed' }, 'slipway logs checkout/87', true],
    [
      'failed, not all undone',
      { outcome: 'failed', regions: touched, pending: [euWest] },
      'slipway status checkout',
      true,
    ],
    [
      'failed, with a hook that is not undone',
      {
        outcome: 'failed',
        regions: touched,
        notUndone: [{ what: 'hook', name: 'hooks.before[0]', left: './up', undo: './down', why: 'exit code 1' }],
      },
      unlock,
      true,
    ],
    ['rejected', { outcome: 'rejected' }, null, false],
    ['superseded', { outcome: 'superseded' }, null, false],
    ['cancelled', { outcome: 'cancelled' }, null, false],
    [
      'left where it was',
      { outcome: 'cancelled', regions: [inRegion(euWest, 'rolling')] },
      'slipway rollback checkout',
      true,
    ],
    ['succeeded, but for a region', { outcome: 'succeeded', pending: [apSouth] }, null, false],
  ])('%s', (_, more, command, needsSomeone) => {
    const why = whyOf(facts({ state: more.outcome!, ...more }));
    expect(why).toMatchObject({ since: noon, next: { command }, needsSomeone });
    expect(why?.cause).toMatch(/\w/);
  });

  test('a region that still owes something is named', () => {
    const nextOf = (outcome: 'undone' | 'succeeded') =>
      whyOf(facts({ state: outcome, outcome, regions: touched, pending: [apSouth] }))?.next.text;
    expect(nextOf('undone')).toBe('Look after ap-south: it is undone when it answers.');
    expect(nextOf('succeeded')).toBe('Nothing needs you: ap-south is told when it answers.');
  });

  test('a success everywhere needs no explanation', () => {
    expect(whyOf(facts({ state: 'succeeded', outcome: 'succeeded' }))).toBeNull();
  });
});

test('every state but a success has a cause and a next step', () => {
  const states = deploymentStates.filter((state) => !isOutcome(state)).map((state) => facts({ state, stage: null }));
  const outcomes = deploymentOutcomes.map((outcome) => facts({ state: outcome, outcome }));
  for (const each of [...states, ...outcomes].filter(({ outcome }) => outcome !== 'succeeded')) {
    const why = whyOf(each);
    expect([why?.cause, why?.next.text].every((text) => text !== undefined && text !== '')).toBe(true);
  }
});

test.each([
  ['late-undo', 'slipway end-undo checkout/87', 'end-undo'],
  ['data-loss', 'slipway resume checkout/87', 'resume'],
] as const)('what waits for %s needs someone', (waitingFor, command, verb) => {
  const waits = facts({ state: 'undoing', waiting: 'waits …', waitingFor });
  expect(whyOf(waits)).toMatchObject({ cause: 'waits …', next: { command, verb }, needsSomeone: true });
});

test.each([
  ['approving', 'Abort it, or reject it; then deploy again.', 'slipway abort checkout/87', 'abort'],
  ['rolling', 'Abort it; then deploy again.', 'slipway abort checkout/87', 'abort'],
  [
    'undoing',
    'Terminate its workflow in Temporal: recovery goes on with the undo, and looks at tokens again.',
    'temporal workflow terminate --workflow-id deployment:checkout:87',
    null,
  ],
] as const)('what is %s and looks at no token is ended in a way that takes none', (state, text, command, verb) => {
  const waits = facts({ state, waiting: 'waits …', waitingFor: 'no-tokens' });
  expect(whyOf(waits)).toMatchObject({ cause: 'waits …', next: { text, command, verb }, needsSomeone: true });
});

test.each([
  ['approval', 'mo broke glass: one more person does so, too. Or: approve it, or reject it.'],
  [
    'stage-approval',
    'mo broke glass: one more person does so, too. Or: approve the stage, or reject it: then it is undone.',
  ],
] as const)('once one person has broken glass for %s, another is asked for', (waitingFor, text) => {
  const waits = { waiting: 'waits …', waitingFor, approvals: { given: 0, wanted: 2, brokenBy: ['mo'] } };
  const command = 'slipway break-glass checkout/87 --incident … --reason …';
  expect(whyOf(facts(waits))).toMatchObject({ next: { text, command, verb: 'break-glass' }, needsSomeone: true });
});

test('a hook that runs is why it does not move, and needs nobody', () => {
  const waits = facts({ waiting: 'runs "./up" (hooks.before[0])', waitingFor: 'hook' });
  expect(whyOf(waits)).toMatchObject({ cause: 'runs "./up" (hooks.before[0])', needsSomeone: false });
});

test('what a person has to undo by hand is named', () => {
  const notUndone = [
    { what: 'hook', name: 'hooks.before[0]', left: './up', undo: null, why: 'it has no undo' },
  ] as const;
  const { next } = whyOf(facts({ outcome: 'failed', regions: [inRegion(euWest, 'undone')], notUndone }))!;
  expect(next.text).toBe('Undo by hand what "./up" did, then unlock checkout.');
});
