import { expect, test } from '@jest/globals';
import { stepFigures } from './moments.ts';

const run = (...times: readonly number[]) => times.map((atMs, index) => ({ step: `s${index + 1}`, atMs }));

test('what a step adds is counted from the latest step before it, and steps beside others add nothing', () => {
  expect(stepFigures([run(10, 50, 30, 60)])).toEqual([
    { step: 's1', sinceMergeMs: 10, addedMs: 10 },
    { step: 's2', sinceMergeMs: 50, addedMs: 40 },
    { step: 's3', sinceMergeMs: 30, addedMs: 0 },
    { step: 's4', sinceMergeMs: 60, addedMs: 10 },
  ]);
});

test('figures of several runs are medians', () => {
  expect(stepFigures([run(1, 9), run(3, 5), run(2, 7)])).toEqual([
    { step: 's1', sinceMergeMs: 2, addedMs: 2 },
    { step: 's2', sinceMergeMs: 7, addedMs: 5 },
  ]);
});
