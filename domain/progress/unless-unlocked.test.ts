import { expect, test } from '@jest/globals';
import { unlessUnlocked } from './unless-unlocked.ts';

const next = { text: 'Fix it and merge.', command: 'slipway unlock checkout --reason …', verb: 'unlock' } as const;
const why = { cause: 'undone', since: '2026-11-25T12:00:00Z', next, needsSomeone: true };
const [locked, open] = [{ lock: { owner: 'mo' } }, { lock: null }];

test('what asked for an unlock asks no more once the lane is open', () => {
  expect(unlessUnlocked(why, locked)).toBe(why);
  expect(unlessUnlocked(why, null)).toBe(why);
  expect(unlessUnlocked(why, open)).toMatchObject({
    cause: 'undone',
    next: { text: 'Nothing needs you.', command: null },
    needsSomeone: false,
  });
});

test('what asks for something else asks for it whatever its lane is', () => {
  const other = { ...why, next: { ...next, verb: 'approve' } } as const;
  expect(unlessUnlocked(other, open)).toBe(other);
  expect(unlessUnlocked(null, open)).toBeNull();
});
