import { expect, test } from '@jest/globals';
import type { Once, Weekly, Yearly } from '../calendar/recurrence.ts';
import { regionName, serviceName } from '../names.ts';
import { isSameFreeze, type AskedFreeze } from './same-freeze.ts';

const [eu, us] = [regionName('eu-west'), regionName('us-east')];
const [cart, checkout] = [serviceName('cart'), serviceName('checkout')];
const once: Once = { every: 'once', from: '2026-12-20T00:00:00Z', until: '2027-01-02T00:00:00Z' };
/** With times that each year has, so that nothing else tells them apart. */
const nights: Weekly = { every: 'week', timeZone: 'UTC', days: ['mon', 'fri'], from: '10-01', to: '11-01' };
const year: Yearly = { every: 'year', timeZone: 'UTC', from: '10-01', to: '11-01' };
const asked: AskedFreeze = {
  reason: 'holidays',
  policy: 'hold',
  scope: { services: [cart, checkout], regions: [eu, us] },
  when: once,
};
const at = (when: AskedFreeze['when']): AskedFreeze => ({ ...asked, when });
const later = '2026-12-21T00:00:00Z';

test.each<[string, AskedFreeze, AskedFreeze]>([
  ['itself', asked, asked],
  ['names in another order', { ...asked, scope: { services: [checkout, cart], regions: [us, eu] } }, asked],
  ['nights as before', at({ ...nights, days: ['fri', 'mon'] }), at(nights)],
  ['each year as before', at({ ...year }), at(year)],
])('a request for %s may be a repeat', (_, one, before) => {
  expect(isSameFreeze(one, before, false)).toBe(true);
});

test.each<[string, AskedFreeze, AskedFreeze]>([
  ['another reason', { ...asked, reason: 'Holidays' }, asked],
  ['another policy', { ...asked, policy: 'undo' }, asked],
  ['a service less', { ...asked, scope: { ...asked.scope, services: [cart] } }, asked],
  ['all services', { ...asked, scope: { ...asked.scope, services: [] } }, asked],
  ['other regions', { ...asked, scope: { ...asked.scope, regions: [eu] } }, asked],
  ['another end', at({ ...once, until: later }), asked],
  ['no end', at({ ...once, until: null }), asked],
  ['another beginning', at({ ...once, from: later }), asked],
  ['other nights', at({ ...nights, days: ['mon'] }), at(nights)],
  ['nights elsewhere', at({ ...nights, timeZone: 'Europe/Berlin' }), at(nights)],
  ['earlier nights', at({ ...nights, from: '09-01' }), at(nights)],
  ['longer nights', at({ ...nights, to: '12-01' }), at(nights)],
  ['each year for longer', at({ ...year, to: '12-01' }), at(year)],
  ['each week, instead of once', at(nights), asked],
  ['once, instead of each week', asked, at(nights)],
  ['each year, instead of each week', at(year), at(nights)],
  ['each week, instead of each year', at(nights), at(year)],
])('a request for %s is another', (_, one, before) => {
  expect(isSameFreeze(one, before, false)).toBe(false);
});

test('what begins with its request is the same however late the repeat comes, and only that', () => {
  const late = { ...once, from: later };
  expect(isSameFreeze(at(late), asked, true)).toBe(true);
  expect(isSameFreeze(at({ ...late, until: null }), asked, true)).toBe(false);
  expect(isSameFreeze({ ...at(late), reason: 'other' }, asked, true)).toBe(false);
});
