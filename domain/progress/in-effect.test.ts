import { expect, test } from '@jest/globals';
import { lockInEffect, unlockInEffect, verbInEffect } from './in-effect.ts';

const [active, next, later] = ['checkout/87', 'checkout/88', 'checkout/89'].map((deployment) => ({ deployment }));

test.each([
  ['approve', 'once no approval is missing and the release is copied'],
  ['reject', 'now: it ends, and what a stage before has begun goes back'],
  ['break-glass', 'once enough persons have broken it and the release is copied'],
  ['pause', 'when the batches that were allowed have ended'],
  ['resume', 'now: it goes on from where it stood'],
  ['abort', 'now: it stops, and what it has begun goes back'],
  ['promote', 'once its hosts are found well; then the next stage begins'],
  ['skip-region', 'now: it goes on without it, and hosts there stay where they are'],
  ['end-undo', 'now: it ends, and what is owed to its regions stays on record'],
] as const)('%s of a deployment is in effect %s', (verb, text) => {
  expect(verbInEffect(verb)).toBe(text);
});

test('an abort with hold undoes nothing; other verbs know no hold', () => {
  expect(verbInEffect('abort', { hold: true })).toBe('now: it stops, and hosts stay where they are');
  expect(verbInEffect('pause', { hold: true })).toBe(verbInEffect('pause'));
});

test('a lock lets what runs go on', () => {
  expect(lockInEffect({ active: null })).toBe('now');
  expect(lockInEffect({ active: active! })).toBe('now for what comes next; checkout/87 goes on');
});

test.each([
  ['nothing waits', { active: active!, queue: [] }, 'now: nothing waits'],
  ['the first in the queue may start', { active: null, queue: [next!, later!] }, 'now: checkout/88 starts'],
  ['it starts after what runs', { active: active!, queue: [next!] }, 'now: checkout/88 starts after checkout/87'],
])('of an unlocked lane it says that %s', (_, lane, text) => {
  expect(unlockInEffect(lane)).toBe(text);
});
