import { expect, test } from '@jest/globals';
import { restBeforeReconnect } from './rest-before-reconnect.ts';

test.each([
  ['the first try comes soon', 0, false, 500, 1_000],
  ['the second rests twice as long', 1, false, 1_000, 2_000],
  ['a page that knows nothing new rests 4 s at most', 9, false, 2_000, 4_000],
  ['a page that is fresh all the same rests 30 s at most', 9, true, 15_000, 30_000],
  ['however long the stream is away', 5_000, true, 15_000, 30_000],
] as const)('%s', (_, attempt, isPolling, least, most) => {
  expect(restBeforeReconnect(attempt, isPolling, 0)).toBe(least);
  expect(restBeforeReconnect(attempt, isPolling, 0.999_999)).toBeCloseTo(most, -1);
});
