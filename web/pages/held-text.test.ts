import { expect, test } from '@jest/globals';
import type { Fleet, Freeze } from '../client/api.ts';
import { freezeLine, heldTitle, lockedLanes, stoppedText, untilLine } from './held-text.ts';

const freeze: Freeze = {
  freeze: 7,
  kind: 'freeze',
  owner: 'mo',
  reason: 'holidays',
  policy: 'hold',
  services: ['cart'],
  regions: ['eu-west'],
  when: { every: 'once', from: '2026-12-20T00:00:00Z', until: null },
  text: '2026-12-20 00:00 UTC until somebody ends it',
  addedAt: '2026-12-01T00:00:00Z',
  inEffect: { since: '2026-12-20T00:00:00Z', until: null },
  next: null,
  ended: null,
};
const nothing: Fleet = { stopped: null, freezes: [], running: [], waiting: [], unasked: [] };
const stop: Freeze = { ...freeze, kind: 'stop-the-line', reason: 'INC-7' };

test('the window says what is held', () => {
  expect(heldTitle(null, 0)).toBe('Freezes and locks');
  expect(heldTitle(nothing, 0)).toBe('Nothing is held');
  expect(heldTitle({ ...nothing, freezes: [freeze, { ...freeze, inEffect: null }] }, 2)).toBe('1 freeze, 2 locks');
  expect(heldTitle({ ...nothing, stopped: stop, freezes: [stop] }, 2)).toBe('The line is stopped');
});

test('a stopped line says since when, by whom and why', () => {
  expect(stoppedText(stop)).toBe('The line is stopped, since 2026-12-20 00:00 UTC by mo: "INC-7"');
});

test('a freeze says whether it is in effect, what it is about, and what becomes of deployments in progress', () => {
  expect(untilLine(freeze)).toBe('Now, until somebody ends it');
  expect(untilLine({ ...freeze, inEffect: { since: '', until: '2027-01-04T00:00:00Z' } })).toBe(
    'Now, until 2027-01-04 00:00 UTC',
  );
  expect(untilLine({ ...freeze, inEffect: null, next: '2026-12-20T00:00:00Z' })).toBe('From 2026-12-20 00:00 UTC');
  expect(freezeLine(freeze)).toBe(
    'cart in eu-west; those in progress stop. 2026-12-20 00:00 UTC until somebody ends it, by mo: "holidays"',
  );
});

test('of locks the oldest comes first, and lanes that are open are no locks', () => {
  const lane = (service: string, since: string | null) => ({
    service,
    lock: since === null ? null : { owner: 'mo', reason: 'INC-7', since },
    active: null,
    queue: [],
  });
  const lanes = [lane('cart', '2026-12-02T00:00:00Z'), lane('mail', null), lane('auth', '2026-12-01T00:00:00Z')];
  expect(lockedLanes(lanes).map(({ service }) => service)).toEqual(['auth', 'cart']);
});
