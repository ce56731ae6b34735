import { expect, test } from '@jest/globals';
import type { Weekly } from '../../../domain/calendar/recurrence.ts';
import { deploymentNumber, regionName, serviceName } from '../../../domain/names.ts';
import type { Fleet, Freeze } from '../../../protocol/api/fleet.ts';
import { waitsNow } from './waits-now.ts';

const [checkout, cart] = [serviceName('checkout'), serviceName('cart')];
const [eu, us] = [regionName('eu-west'), regionName('us-east')];
/** A Tuesday. */
const now = new Date('2026-12-22T10:00:00Z');
const idle: Fleet = { stopped: null, freezes: [], running: [], waiting: [], unasked: [] };
const since = '2026-12-20T00:00:00.000Z';

const freeze = (changed: Partial<Freeze>): Fleet => ({
  ...idle,
  freezes: [
    {
      freeze: 7,
      kind: 'freeze',
      owner: 'mo',
      reason: 'holidays',
      policy: 'hold',
      services: [],
      regions: [],
      inEffect: { since, until: null },
      ...changed,
    } as Freeze,
  ],
});
const slot = (regions: readonly (typeof eu)[]): Fleet['waiting'][number] => ({
  deployment: 'cart/3',
  service: cart,
  number: deploymentNumber(3),
  regions: [...regions],
  askedAt: since,
  grantedAt: null,
  position: 1,
  waiting: 'place 1 of 1: eu-west takes 2 deployments at once',
});
const window = (days: Weekly['days']): Weekly => ({ every: 'week', days, from: '08:00', to: '17:00', timeZone: 'UTC' });

const told = (fleet: Fleet, more: { readonly window?: Weekly } = {}) =>
  waitsNow(fleet, { service: checkout, regions: [eu], ...more }, now);

test('nothing keeps a deployment from beginning in an idle fleet', () => expect(told(idle)).toEqual([]));

test.each<[string, Partial<Freeze>, boolean]>([
  ['of everything', {}, true],
  ['of its service', { services: [checkout] }, true],
  ['of another service', { services: [cart] }, false],
  ['of a region that it goes to', { regions: [us, eu] }, true],
  ['of another region', { regions: [us] }, false],
  ['that is still to come', { inEffect: null }, false],
])('a freeze %s: said as far as it keeps it', (_, changed, isSaid) => {
  const said = 'frozen since 2026-12-20 00:00 UTC by mo: "holidays"; goes on when someone ends freeze 7';
  expect(told(freeze(changed))).toEqual(isSaid ? [said] : []);
});

test('whoever waits for a slot in one of its regions goes first', () => {
  const said = 'behind 1 deployment: place 1 of 1: eu-west takes 2 deployments at once';
  expect(told({ ...idle, waiting: [slot([us, eu])] })).toEqual([said]);
  expect(told({ ...idle, waiting: [slot([us])] })).toEqual([]);
  expect(told({ ...idle, waiting: [{ ...slot([eu]), position: null }] })).toEqual([]);
});

test('where all regions together are full, whoever waits goes first, wherever it goes', () => {
  const waiting = 'place 1 of 1: all regions together take 4 deployments at once';
  expect(told({ ...idle, waiting: [{ ...slot([us]), waitsForAll: true, waiting }] })).toEqual([
    `behind 1 deployment: ${waiting}`,
  ]);
});

test('a window that is shut is said with when it opens, and one that is open is not', () => {
  expect(told(idle, { window: window(['tue']) })).toEqual([]);
  const [said] = told(idle, { window: window(['thu']) });
  expect(said).toMatch(/^its window \(.*08:00.*17:00.*\) is shut until 2026-12-24 08:00 UTC$/);
});
