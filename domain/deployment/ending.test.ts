import { describe, expect, test } from '@jest/globals';
import type { HookStanding } from '../hook/standing.ts';
import { deploymentNumber, regionName, serviceName } from '../names.ts';
import type { DeploymentKind, DeploymentOutcome } from '../states.ts';
import type { Stop } from './ending.ts';
import { notUndoneText } from '../progress/not-undone-text.ts';
import { decidedEnd, endingOf, lockAfter, undoEnd } from './ending.ts';

const stop = (cause: Stop['cause'], hold = false): Stop => ({
  cause,
  hold,
  by: 'ada',
  reason: 'why',
  at: '2026-01-01T00:00:00Z',
});

describe('a deployment that no region heard of ends without an undo', () => {
  test.each([
    ['rejected', 'rejected'],
    ['aborted', 'cancelled'],
    ['failed', 'failed'],
  ] as const)('%s is recorded as %s', (cause, outcome) => {
    expect(endingOf(stop(cause), false, { automatic: false })).toEqual({ do: 'end', outcome });
  });

  test('also when it was to be held', () => {
    expect(endingOf(stop('aborted', true), false, { automatic: true })).toEqual({ do: 'end', outcome: 'cancelled' });
  });
});

test.each([
  ['nothing while it goes forward', null, 'rolling', null],
  ['nothing yet while a person may be asked', stop('failed'), 'rolling', null],
  ['an undo once that has begun', stop('failed'), 'undoing', 'undo'],
  ['an undo by an abort', stop('aborted'), 'rolling', 'undo'],
  ['a hold by an abort that asks for it', stop('aborted', true), 'rolling', 'hold'],
] as const)('an end is decided: %s', (_, why, state, end) => expect(decidedEnd(why, state)).toBe(end));

describe('a deployment that a region heard of', () => {
  test.each([
    ['a failure undoes it', stop('failed'), true, 'undo'],
    ['a failure asks a person when the spec forbids an automatic undo', stop('failed'), false, 'ask'],
    ['an abort undoes it, whatever the spec says', stop('aborted'), false, 'undo'],
    ['an abort that asks for it leaves hosts where they are', stop('aborted', true), true, 'hold'],
  ] as const)('%s', (_, why, automatic, expected) => {
    expect(endingOf(why, true, { automatic })).toEqual({ do: expected });
  });
});

describe('the lane is locked after', () => {
  const ended = (kind: DeploymentKind, outcome: DeploymentOutcome) => ({
    service: serviceName('checkout'),
    deployment: deploymentNumber(87),
    kind,
    outcome,
    by: 'slipway',
    reason: 'canary failed',
    at: '2026-01-01T00:00:00Z',
  });

  test.each([
    ['rollout', 'undone', true],
    ['rollback', 'succeeded', true],
    ['rollback', 'undone', true],
    ['rollout', 'succeeded', false],
    ['rollout', 'failed', false],
    ['rollout', 'cancelled', false],
    ['roll-forward', 'rejected', false],
  ] as const)('a %s that ended %s: %s', (kind, outcome, locked) => {
    expect(lockAfter(ended(kind, outcome), { lockAfter: true }) !== null).toBe(locked);
    expect(lockAfter(ended(kind, outcome), { lockAfter: false })).toBeNull();
  });

  test('a rollback, which says so', () => {
    const lock = lockAfter(ended('rollback', 'succeeded'), { lockAfter: true });
    expect(lock?.reason).toBe('checkout/87 rolled the service back: canary failed');
  });

  test('nothing that has failed with nothing left', () => {
    expect(lockAfter({ ...ended('rollout', 'failed'), notUndone: [] }, { lockAfter: true })).toBeNull();
    expect(lockAfter(ended('rollback', 'failed'), { lockAfter: true })).toBeNull();
  });

  test('a reason of any length is cut', () => {
    const long = { ...ended('rollout', 'undone'), reason: 'x'.repeat(900) };
    expect(lockAfter(long, { lockAfter: true })?.reason).toHaveLength(500);
    const left = { what: 'hook', name: 'hooks.before[0]', left: './up', undo: null, why: 'y'.repeat(900) } as const;
    expect(lockAfter({ ...long, notUndone: [left] }, { lockAfter: true })?.reason).toHaveLength(500);
  });

  test('its reason names the deployment and why it went back', () => {
    expect(lockAfter(ended('rollout', 'undone'), { lockAfter: true })).toEqual({
      owner: 'slipway',
      reason: 'checkout/87 was undone: canary failed',
      since: '2026-01-01T00:00:00Z',
    });
  });
});

describe('an undo', () => {
  const hook = { run: './up', undo: './down', timeoutMs: 1, mayStay: false, destructive: false };
  const standing = (state: HookStanding['state'], why: string | null = null): HookStanding => ({
    moment: 'before',
    region: null,
    index: 0,
    hook,
    state,
    why,
  });
  const pending = [{ region: regionName('ap-south'), why: 'does not answer' }];

  test('of regions and hooks is one, also where a region still owes it', () => {
    const hooks = [standing('undone'), standing('stays')];
    expect(undoEnd(hooks, pending, 'checkout@412')).toEqual({ outcome: 'undone', notUndone: [] });
  });

  test('that a hook has not had has failed, and says all that is left', () => {
    const { outcome, notUndone } = undoEnd([standing('not-undone', 'exit code 1')], pending, 'checkout@412');
    expect(outcome).toBe('failed');
    expect(notUndone.map(notUndoneText)).toEqual([
      '"./up" (hooks.before[0]): exit code 1',
      'ap-south may run checkout@412: does not answer; it goes back when it answers',
    ]);
  });

  test('that has failed locks the lane whatever the policy, with what is left', () => {
    const { notUndone } = undoEnd([standing('not-undone', 'exit code 1'), standing('not-undone')], [], 'checkout@412');
    const ended = { service: serviceName('checkout'), deployment: deploymentNumber(87), kind: 'rollout' } as const;
    const lock = lockAfter(
      { ...ended, outcome: 'failed', by: 'slipway', reason: 'bad', at: '2026-01-01T00:00:00Z', notUndone },
      { lockAfter: false },
    );
    expect(lock?.reason).toBe(
      'checkout/87 is not undone: "./up" (hooks.before[0]): exit code 1; "./up" (hooks.before[0]): nobody knows',
    );
  });
});
