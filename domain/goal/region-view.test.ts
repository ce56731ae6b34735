import { expect, test } from '@jest/globals';
import { isDeaf, mayRunBefore } from './region-view.ts';
import { attempt, host, release } from './testing/given.ts';

const heard = host('h1', '1');
const silent = (name: string) => host(name, '2', { reportAgeMs: 5_000 });
const late = host('h2', '2', { reportAgeMs: 3_400 });
const inTime = host('h2', '2', { reportAgeMs: 3_300 });
const neverHeard = host('h9', '9', { reportAgeMs: null });
const view = {
  attempt: attempt(2),
  next: release('b'),
  runsBefore: false,
  cut: null,
  canaries: [],
  ordered: [],
  budget: { failedPercent: 5, cap: 1 },
  absentAfterMs: 5_000,
  elapsedMs: 0,
};
const nobody = { healthy: 0, unhealthy: 0 };

test.each([
  ['none of its hosts is heard', [silent('h1'), silent('h2')], nobody, true],
  ['one of them is heard', [heard, silent('h2')], nobody, false],
  ['one is absent already, and the other was to report again by now', [silent('h1'), late], nobody, true],
  ['one is absent, and the other has reported since that was to', [silent('h1'), inTime], nobody, false],
  [
    'hosts of other services fell silent together with its own',
    [silent('h1'), late],
    { healthy: 2, unhealthy: 0, heard: 0 },
    true,
  ],
  ['hosts of other services are heard', [silent('h1'), silent('h2')], { healthy: 1, unhealthy: 0 }, false],
  ['its one host is silent, which may have fallen to the release', [silent('h1')], nobody, false],
  ['its one host is silent, and another was never heard', [silent('h1'), neverHeard], nobody, false],
  ['it has no host', [], nobody, false],
] as const)('a region of which %s', (_what, hosts, otherServices, expected) => {
  expect(isDeaf({ ...view, hosts, otherServices })).toBe(expected);
});

test.each([
  ['new', { base: release('a'), next: release('b'), keep: [] }, false],
  ['the base once more', { base: release('b'), next: release('b'), keep: [] }, true],
  [
    'what a hold has left on hosts',
    { base: release('a'), next: release('b'), keep: [release('b').release.digest] },
    true,
  ],
  ['the first of all', { base: null, next: release('b'), keep: [] }, false],
  ['nothing', { base: release('b'), next: null, keep: [] }, false],
] as const)('hosts may run what comes before their turn, or not, where it is %s', (_what, goal, expected) => {
  expect(mayRunBefore(goal)).toBe(expected);
});
