import { expect, test } from '@jest/globals';
import { localActText, shutsLane } from './local-act-lock.ts';

test.each([
  ['no deployment was open there, and its last one has ended', false, 10, true],
  ['no deployment was open there, while others wait to finish', false, null, true],
  ['one was open, and meets it', true, null, false],
  ['one was open, met it and has ended since', true, 200, false],
  ['one was open there that had ended for the centre', true, 50, true],
])('%s: the lane is shut? (%s, ended at %s) %s', (_when, wasOpen, endedAtMs, shut) => {
  expect(shutsLane({ verb: 'rollback', wasOpen, atMs: 100 }, endedAtMs)).toBe(shut);
});

test('a lock says who did what where, and why', () => {
  const said = { region: 'eu-west', by: 'ada@gw-1', reason: 'answers 500' };
  expect(localActText('rollback', said)).toBe('rolled back in eu-west by ada@gw-1: answers 500');
  expect(localActText('hold', { ...said, reason: 'x'.repeat(500) })).toHaveLength(500);
});
