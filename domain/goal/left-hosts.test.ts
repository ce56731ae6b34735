import { describe, expect, test } from '@jest/globals';
import { deploymentNumber } from '../names.ts';
import type { HostStatus } from './host-status.ts';
import { leftInAll, type LeftReason } from './left-counts.ts';
import { countLeft, leftHosts, type LeftInput } from './left-hosts.ts';
import { attempt, digestOfRelease, generation, host, release } from './testing/given.ts';

const [a, b, older] = [digestOfRelease('a'), digestOfRelease('b'), digestOfRelease('c')];
const input: LeftInput = {
  attempt: attempt(2),
  generation: generation(6),
  base: release('a'),
  next: release('b'),
  absentAfterMs: 5_000,
  ordered: new Set(),
};
const heard = { generation: generation(6) };
const silent = { reportAgeMs: 5_000 };
const failedBase = [{ deployment: deploymentNumber(2), digest: a, reason: 'crashed' }];

describe('a host that', () => {
  test.each<[string, Partial<HostStatus>, boolean, LeftReason | null]>([
    ['runs the base', { ...heard, running: a }, true, null],
    ['is on its way back', { ...heard, running: b }, true, null],
    ['is pinned to what was undone', { running: b, pinned: true }, true, 'pinned'],
    ['is pinned to the base', { running: a, pinned: true }, false, null],
    ['was pinned to something older before', { running: older, pinned: true }, false, null],
    ['is silent, and ran what was undone', { running: b, ...silent }, false, 'silent'],
    ['is silent, and was told to switch', { running: a, ...silent }, true, 'silent'],
    ['is silent, and was told nothing', { running: a, ...silent }, false, null],
    ['was silent before, on something older', { running: older, ...silent }, false, null],
    ['never reported', { running: null, reportAgeMs: null }, false, null],
    ['cannot start the base', { ...heard, running: null, health: 'stopped', refused: failedBase }, true, 'refusing'],
  ])('%s', (_, status, isOrdered, why) => {
    const one = host('h1', '1', status);
    const left = leftHosts([one], { ...input, ordered: new Set(isOrdered ? [one.host] : []) });
    expect(left).toEqual(why === null ? [] : [{ host: one.host, runs: one.running, why }]);
  });
});

test('all of them are listed, however many, and counted by their reasons', () => {
  const many = Array.from({ length: 500 }, (_, index) =>
    host(`h${index}`, '1', { running: b, pinned: index % 2 === 0, ...(index % 2 && silent) }),
  );
  const left = leftHosts(many, input);
  expect(left).toHaveLength(500);
  expect(countLeft(left)).toEqual({ pinned: 250, silent: 250, refusing: 0 });
  expect(leftInAll(countLeft(left))).toBe(500);
});

test('where the same release is deployed again, its hosts are on their base', () => {
  const again = { ...input, next: release('a') };
  expect(leftHosts([host('h1', '1', { running: a, pinned: true })], again)).toEqual([]);
});
