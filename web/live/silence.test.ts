import { expect, test } from '@jest/globals';
import { hostsFixture } from './known.fixture.ts';
import { hostsKey, learn, learnPolled } from './known.ts';
import { withSilence } from './silence.ts';

const reportedAt = '2026-11-25T12:00:00Z';
const key = hostsKey('checkout', 'eu-west');
const nothing = { deployments: [], lanes: [], hosts: [hostsFixture('eu-west', 3, reportedAt)] };
/** The browser's clock is an hour ahead. */
const heardAt = Date.parse('2026-11-25T13:00:10Z');
const known = learn(null, { type: 'snapshot', sequence: 1, at: '2026-11-25T12:00:10Z', ...nothing });

test('a region that says nothing more is silent after a while, by the clock of the api', () => {
  expect(withSilence(known, heardAt, heardAt + 60_000)).toBe(known);
  expect(withSilence(known, heardAt, heardAt + 66_000).hosts[key]?.stale).toBe(true);
});

test('who was asked instead of listened to says itself what is too old', () => {
  const polled = learnPolled(null, nothing);
  expect(withSilence(polled, heardAt, heardAt + 600_000)).toBe(polled);
});
