import { expect, test } from '@jest/globals';
import type { Digest } from '../names.ts';
import { isDue, mayClaim, nextSequence } from './due.ts';
import type { SummaryCursor } from './due.ts';

const [old, fresh] = ['sha256:old', 'sha256:fresh'] as Digest[] as [Digest, Digest];
const cursor = (claimedAgoMs: number | null, acceptedDigest: Digest | null = old): SummaryCursor => ({
  sequence: 10,
  claimedAgoMs,
  acceptedDigest,
});

test.each([
  ['the first', cursor(null, null), old, true],
  ['the same, a moment later', cursor(5_000), old, false],
  ['the same, after the longest interval', cursor(20_000), old, true],
  ['something new', cursor(1_000), fresh, true],
  ['something new within a second of the last', cursor(999), fresh, false],
  ['what the centre did not accept, again', cursor(1_000, null), old, true],
  ['the same, after the clock was set back', cursor(-3_600_000), old, true],
])('%s', (_what, at, content, due) => {
  expect(isDue(at, content)).toBe(due);
});

test('hosts are counted only when a summary could be sent', () => {
  expect([null, -1, 0, 999, 1_000].map((ago) => mayClaim(cursor(ago)))).toEqual([true, true, false, false, true]);
});

test('numbers grow, also over a database that was restored and a clock that was set back', () => {
  expect(nextSequence(cursor(0), 5)).toBe(11);
  expect(nextSequence(cursor(0), 1_800_000_000_000.7)).toBe(1_800_000_000_000);
});
