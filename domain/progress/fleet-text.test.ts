import { describe, expect, test } from '@jest/globals';
import type { FreezeInEffect } from '../fleet/freeze.ts';
import type { CapWait } from '../fleet/rule-fleet.ts';
import { regionName } from '../names.ts';
import { capWaitText, fleetDetails, freezeEndText, freezeSinceText, scopeText } from './fleet-text.ts';

const since = '2026-12-20T00:00:00Z';
const until = '2027-01-04T12:30:00Z';
const frozen: FreezeInEffect = {
  kind: 'freeze',
  freeze: 7,
  owner: 'mo',
  reason: 'holidays',
  since,
  until: null,
  policy: 'hold',
};
const stopped: FreezeInEffect = { ...frozen, kind: 'stop-the-line', freeze: 8, owner: 'ada', reason: 'INC-7' };
const full: CapWait = { for: 'slot', position: 3, of: 7, region: regionName('eu-west'), most: 2 };

test.each<[FreezeInEffect, string, string]>([
  [frozen, 'frozen since 2026-12-20 00:00 UTC by mo: "holidays"', 'goes on when someone ends freeze 7'],
  [
    { ...frozen, until },
    'frozen since 2026-12-20 00:00 UTC by mo until 2027-01-04 12:30 UTC: "holidays"',
    'goes on by itself then',
  ],
  [stopped, 'the line is stopped, since 2026-12-20 00:00 UTC by ada: "INC-7"', 'goes on when someone starts the line'],
  [
    { ...stopped, until },
    'the line is stopped, since 2026-12-20 00:00 UTC by ada until 2027-01-04 12:30 UTC: "INC-7"',
    'goes on when someone starts the line',
  ],
])('what is frozen says since when, by whom and why, and what ends it: %#', (freeze, says, ends) => {
  expect([freezeSinceText(freeze), freezeEndText(freeze)]).toEqual([says, ends]);
});

test.each([
  [[], [], 'all services'],
  [['cart', 'till'], [], 'cart, till'],
  [[], ['eu-west', 'us-east'], 'all services in eu-west, us-east'],
  [['cart'], ['eu-west'], 'cart in eu-west'],
])('what is meant by services %j and regions %j', (services, regions, text) => {
  expect(scopeText({ services, regions })).toBe(text);
});

test('who waits for others to end reads its place, and what is full', () => {
  expect(capWaitText(full)).toBe('place 3 of 7: eu-west takes 2 deployments at once');
  expect(capWaitText({ ...full, region: null, most: 1 })).toBe(
    'place 3 of 7: all regions together take 1 deployment at once',
  );
});

describe('what people see of the fleet in the Temporal Web UI', () => {
  const answer = { service: 'cart', deployment: 1, isGranted: true, wait: null, freezes: [] };

  test('is how many are under way, and each that waits or is kept, those under way first', () => {
    const waits = { ...answer, deployment: 2, isGranted: false, wait: full, freezes: [frozen] };
    const kept = { ...answer, service: 'till', deployment: 3, freezes: [stopped, frozen] };
    expect(fleetDetails([waits, answer, kept])).toBe(
      [
        '**2 deployments under way, 1 waiting**',
        '',
        '- till/3: the line is stopped, freeze 7',
        '- cart/2: place 3 of 7: eu-west takes 2 deployments at once, freeze 7',
      ].join('\n'),
    );
  });

  test('is one line when nothing waits, and the last signal that could not be read', () => {
    expect(fleetDetails([answer])).toBe('**1 deployment under way, 0 waiting**');
    expect(fleetDetails([], 'ask was not understood')).toBe(
      '**0 deployments under way, 0 waiting**\n\n\nask was not understood',
    );
  });

  test('lists fifty, and counts the others', () => {
    const waiting = (count: number) =>
      Array.from({ length: count }, (_, index) => ({ ...answer, deployment: index, isGranted: false, wait: full }));
    expect(fleetDetails(waiting(50)).split('\n')).toHaveLength(52);
    const lines = fleetDetails(waiting(53)).split('\n');
    expect([lines.length, lines.at(-1)]).toEqual([53, 'and 3 more']);
  });
});
