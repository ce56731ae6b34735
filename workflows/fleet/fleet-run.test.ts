import { expect, test } from '@jest/globals';
import { deploymentNumber, serviceName } from '../../domain/names.ts';
import { carriedBy, isLookDue, openFleetRun, restFor } from './fleet-run.ts';

const never = Infinity;

test.each([
  ['soon after news', { isLookDue: false, restMs: 60_000 }, true, never, 15_000],
  ['then more seldom', { isLookDue: true, restMs: 15_000 }, true, never, 30_000],
  ['each minute at least while somebody holds a slot', { isLookDue: true, restMs: 60_000 }, true, never, 60_000],
  ['each ten where nobody does', { isLookDue: true, restMs: 480_000 }, false, never, 600_000],
  ['when a freeze changes', { isLookDue: true, restMs: 60_000 }, true, 7_000, 7_000],
  ['not at once, where a clock is behind', { isLookDue: true, restMs: 60_000 }, true, -5, 1_000],
])('looks by itself %s', (_, run, hasHolders, changeMs, waitMs) => {
  expect(restFor(run, hasHolders, changeMs).waitMs).toBe(waitMs);
});

test.each([
  ['after a rest', false, 1, true],
  ['not after each news', true, 59_999, false],
  ['after a minute of nothing but news', true, 60_000, true],
])('looks after those whose workflow is gone %s', (_, isNews, sinceMs, isDue) => {
  expect(isLookDue(isNews, 1_000_000 + sinceMs, 1_000_000)).toBe(isDue);
});

test('a run that goes on in a new history keeps whom it has told when, and when it looked last', () => {
  const answer = {
    service: serviceName('checkout'),
    deployment: deploymentNumber(87),
    requestId: 'r1',
    isGranted: true,
    wait: null,
    freezes: [],
  };
  const run = { ...openFleetRun({ carried: null, maxTurns: 1 }), lookedAtMs: 59_000 };
  run.told.set('checkout/87', { answer, atMs: 60_000 });
  const next = openFleetRun({ carried: carriedBy(run), maxTurns: 1 });
  expect([...next.told]).toEqual([['checkout/87', { answer, atMs: 60_000 }]]);
  expect(next.lookedAtMs).toBe(59_000);
});

test('of what an earlier version carried nobody knows when it was told: it may be told again', () => {
  const answer = { requestId: 'r1' } as never;
  const { told } = openFleetRun({
    carried: { asks: [], told: [{ deployment: 'checkout/87', answer }] },
    maxTurns: 1,
  });
  expect(told.get('checkout/87')?.atMs).toBe(0);
});
