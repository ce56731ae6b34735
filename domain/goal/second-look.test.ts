import { expect, test } from '@jest/globals';
import { hostId } from '../names.ts';
import type { Verdict } from './region-view.ts';
import { secondLookMs, wantsSecondLook } from './second-look.ts';

const group = { blame: 'release', hosts: 4, unhealthy: 0, allowed: 0 } as const;
const stop: Verdict = {
  verdict: 'stop',
  reason: 'of 2 hosts 1 failed, 0 allowed',
  counts: { switched: 2, healthy: 1, failed: 1, lost: 0, pending: 0 },
  failed: [hostId('a')],
  lost: [],
  pinned: [],
  maintenance: [],
  group,
};

test.each<[string, Partial<Verdict>, readonly string[], number, boolean]>([
  ['a host that was well has failed just now', {}, ['a'], 0, true],
  ['it was lost', { failed: [], lost: [hostId('a')] }, ['a', 'b'], 0, true],
  ['of several that failed one was well', { failed: ['b', 'a'].map(hostId) }, ['a'], 0, true],
  ['the others have had their time', {}, ['a'], secondLookMs, false],
  ['it never was well on the release', {}, ['b'], 0, false],
  ['there is nothing to compare with', { group: { ...group, hosts: 0 } }, ['a'], 0, false],
  ['the world is known to be bad', { group: { ...group, unhealthy: 3, allowed: 0 } }, ['a'], 0, false],
  ['a person decides', { verdict: 'hold' }, ['a'], 0, false],
  ['all is good', { verdict: 'advance', failed: [] }, ['a'], 0, false],
])('a second look where %s: %#', (_when, change, well, sinceMs, expected) => {
  expect(wantsSecondLook({ ...stop, ...change }, new Set(well.map(hostId)), sinceMs)).toBe(expected);
});
