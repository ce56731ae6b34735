import { expect, test } from '@jest/globals';
import { needsCatchUp } from './catch-up.ts';
import type { CatchUpState } from './catch-up.ts';
import { digestOfRelease } from './testing/given.ts';

const behind: CatchUpState = {
  reachable: true,
  base: digestOfRelease('a'),
  lastSuccess: digestOfRelease('b'),
  blocked: false,
  laneBusy: false,
};

test.each<[string, Partial<CatchUpState>, boolean]>([
  ['that is behind', {}, true],
  ['that has nothing yet', { base: null }, true],
  ['that has the last success', { base: digestOfRelease('b') }, false],
  ['that does not answer', { reachable: false }, false],
  ['of a service without a success', { lastSuccess: null }, false],
  ['of a service whose release was blocked', { blocked: true }, false],
  ['of a service whose lane is busy', { laneBusy: true }, false],
])('a region %s is brought the last success: %#', (_which, change, expected) => {
  expect(needsCatchUp({ ...behind, ...change })).toBe(expected);
});
