import { expect, test } from '@jest/globals';
import { distributionOf, medianOf } from './distribution.ts';

test('quantiles are values that were measured', () => {
  const values = Array.from({ length: 200 }, (_, index) => 200 - index);
  expect(distributionOf(values)).toEqual({ count: 200, p50Ms: 100, p99Ms: 198, maxMs: 200 });
});

test('the 99th percentile of 50 values is the largest', () => {
  const values = Array.from({ length: 50 }, (_, index) => index + 1);
  expect(distributionOf(values)).toMatchObject({ p99Ms: 50, maxMs: 50 });
});

test('nothing measured has no quantile', () => {
  expect(distributionOf([])).toEqual({ count: 0, p50Ms: null, p99Ms: null, maxMs: null });
  expect(medianOf([])).toBeNull();
});
