import { expect, test } from '@jest/globals';
import { freshness, type Transport } from './freshness.ts';

const heardAt = new Date(2026, 10, 25, 12, 4, 31).getTime();

test.each<[transport: Transport, ageMs: number, level: string, text: string, isCut: boolean]>([
  ['stream', 1_400, 'live', 'live, 1 s old', false],
  ['stream', 20_000, 'live', 'live, 20 s old', false],
  ['stream', 20_001, 'late', 'data is 20 s old, reconnecting', false],
  ['cut', 3_000, 'late', 'data is 3 s old, reconnecting', false],
  ['stream', 60_000, 'late', 'data is 60 s old, reconnecting', false],
  ['cut', 12_000, 'late', 'data is 12 s old, reconnecting', true],
  ['cut', 60_001, 'stale', 'as of 12:04:31, reconnecting', true],
  ['polling', 4_000, 'live', 'polling, 4 s old', false],
  ['polling', 60_001, 'stale', 'as of 12:04:31, reconnecting', true],
  ['connecting', 0, 'live', 'live, 0 s old', false],
  ['connecting', 1_800_000, 'stale', 'as of 12:04:31, reconnecting', false],
  ['stream', -500, 'live', 'live, 0 s old', false],
])('by %s, after %d ms, the page is %s: %s', (transport, ageMs, level, text, isCut) => {
  const cutSince = isCut ? '12:04:31' : null;
  expect(freshness(transport, heardAt, heardAt + ageMs)).toEqual({ level, text, cutSince });
});

test('before the first word nothing is claimed', () => {
  expect(freshness('connecting', null, heardAt)).toMatchObject({ level: 'loading', text: 'connecting' });
  expect(freshness('cut', null, heardAt)).toMatchObject({ level: 'loading', text: 'no connection yet' });
});
