import { expect, test } from '@jest/globals';
import { restBeforeReconnect } from './rest-before-reconnect.ts';

test.each([
  ['the first try comes soon', 0, true, 500, 1_000],
  ['the second rests twice as long', 1, true, 1_000, 2_000],
  ['a page that is looked at rests 4 s at most', 9, true, 2_000, 4_000],
  ['a hidden page rests 30 s at most', 9, false, 15_000, 30_000],
  ['however long the api is away', 5_000, false, 15_000, 30_000],
] as const)('%s', (_, attempt, isVisible, least, most) => {
  expect(restBeforeReconnect(attempt, isVisible, 0)).toBe(least);
  expect(restBeforeReconnect(attempt, isVisible, 0.999_999)).toBeCloseTo(most, -1);
});
