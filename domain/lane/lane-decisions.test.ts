import { describe, expect, test } from '@jest/globals';
import { deploymentNumber, releaseNumber, serviceName } from '../names.ts';
import { emptyLane, type LaneState, type OpenDeployment } from './lane.ts';
import { decideRollback, decideSubmit, whyNotWithdrawn, type RollbackRequest } from './lane-decisions.ts';

const open = (number: number, kind: OpenDeployment['kind'] = 'rollout'): OpenDeployment => ({
  deployment: deploymentNumber(number),
  release: releaseNumber(number),
  kind,
  key: `key-${number}`,
  started: true,
});
const locked: LaneState = { ...emptyLane, lock: { owner: 'mo', reason: 'INC-7', since: '2026-11-24T12:00:00Z' } };
const request = { by: 'ada', reason: 'errors at checkout', at: '2026-11-24T12:30:00Z' };
const lock = { owner: 'ada', reason: 'rollback: errors at checkout', since: request.at };

describe('a submission', () => {
  test('is accepted on an open lane', () => {
    expect(decideSubmit(emptyLane, { queueWhenLocked: false })).toEqual({ outcome: 'accept' });
  });

  test('is refused on a locked one with who holds it and why', () => {
    expect(decideSubmit(locked, { queueWhenLocked: false })).toEqual({
      outcome: 'refuse',
      code: 'lane-locked',
      message: 'locked since 2026-11-24 12:00 UTC by mo: "INC-7"',
    });
  });

  test('is told the end of a lock that has one', () => {
    const until = { ...locked, lock: { ...locked.lock!, until: '2026-11-24T13:00:00Z' } };
    expect(decideSubmit(until, { queueWhenLocked: false })).toMatchObject({
      message: 'locked since 2026-11-24 12:00 UTC by mo until 2026-11-24 13:00 UTC: "INC-7"',
    });
  });

  test('is accepted on a locked one if it may wait', () => {
    expect(decideSubmit(locked, { queueWhenLocked: true })).toEqual({ outcome: 'accept' });
  });
});

test.each([
  [8, null],
  [7, 'checkout/7 has begun: abort it'],
  [9, "checkout/9 doesn't wait in the queue"],
])('deployment %i can be taken out of the queue only while it waits there: %s', (number, why) => {
  const lane = { ...emptyLane, active: open(7), queue: [open(10), open(8)] };
  expect(whyNotWithdrawn(lane, serviceName('checkout'), deploymentNumber(number))).toBe(why);
});

test('what waits nowhere is not taken out of an empty lane', () => {
  expect(whyNotWithdrawn(emptyLane, serviceName('checkout'), deploymentNumber(9))).toBe(
    "checkout/9 doesn't wait in the queue",
  );
});

describe('a rollback', () => {
  test('with nothing active opens a deployment of its own', () => {
    const decision = decideRollback(emptyLane, { ...request, reach: 'none' });
    expect(decision).toEqual({ do: 'open', cancel: null, finishing: null, lock });
  });

  test('aborts an active deployment that has touched a region', () => {
    const lane = { ...emptyLane, active: open(7) };
    expect(decideRollback(lane, { ...request, reach: 'touched' })).toEqual({ do: 'abort', deployment: open(7), lock });
  });

  test('cancels one that has touched none, and opens its own', () => {
    const lane = { ...emptyLane, active: open(7), queue: [open(8)] };
    const decision = decideRollback(lane, { ...request, reach: 'untouched' });
    expect(decision).toEqual({ do: 'open', cancel: open(7), finishing: null, lock });
  });

  test('past the point of no return goes to what the finishing one replaces', () => {
    const lane = { ...emptyLane, active: open(7) };
    const decision = decideRollback(lane, { ...request, reach: 'finishing' });
    expect(decision).toEqual({ do: 'open', cancel: null, finishing: open(7), lock });
  });

  test('is accepted on a locked lane', () => {
    expect(decideRollback(locked, { ...request, reach: 'none' })).toMatchObject({ do: 'open' });
  });

  test.each([
    { ...emptyLane, active: open(7, 'rollback') },
    { ...emptyLane, active: open(6), queue: [open(7, 'rollback')] },
  ])('finds the rollback that is open already instead of rolling that back', (lane) => {
    const decision = decideRollback(lane, { ...request, reach: 'touched' });
    expect(decision).toEqual({ do: 'await', deployment: open(7, 'rollback') });
  });

  test('that names a release or regions is refused while the active one has touched a region: it would meet its undo', () => {
    const lane = { ...emptyLane, active: open(7) };
    const named = { ...request, named: true } as const;
    expect(decideRollback(lane, { ...named, reach: 'touched' })).toEqual({ do: 'refuse', deployment: open(7) });
    expect(decideRollback(lane, { ...named, reach: 'finishing' })).toMatchObject({ do: 'open', finishing: open(7) });
  });

  const back = { ...open(7, 'rollback'), release: releaseNumber(9) };
  test.each<[string, Partial<OpenDeployment>, Partial<RollbackRequest>, 'await' | 'refuse']>([
    ['the same release', {}, { to: releaseNumber(9) }, 'await'],
    ['another release', {}, { to: releaseNumber(5) }, 'refuse'],
    ['nothing, while only some regions go back', { limited: true }, {}, 'refuse'],
    ['the same, while only some regions go there', { limited: true }, { to: releaseNumber(9) }, 'refuse'],
    ['regions', {}, { limited: true }, 'refuse'],
    ['regions, and is the one that opened it', { key: 'k' }, { limited: true, key: 'k' }, 'await'],
  ])('that names %s, while one is open', (_, is, asks, answer) => {
    const lane = { ...emptyLane, active: { ...back, ...is } };
    expect(decideRollback(lane, { ...request, ...asks, reach: 'untouched', named: true }).do).toBe(answer);
  });

  test('that names a release cancels what has touched none', () => {
    const lane = { ...emptyLane, active: open(7) };
    const decision = decideRollback(lane, { ...request, reach: 'untouched', named: true });
    expect(decision).toMatchObject({ do: 'open', cancel: open(7) });
  });

  test('needs no reason', () => {
    expect(decideRollback(emptyLane, { ...request, reason: '', reach: 'none' })).toMatchObject({
      lock: { reason: 'rollback' },
    });
  });
});
