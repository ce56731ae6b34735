import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { regionName, serviceName } from '../names.ts';
import { covers, freezePolicies, lastToEnd, saysMore, strictestFirst, type FreezePolicy } from './freeze.ts';

const at = (minute: number | null): string | null =>
  minute === null ? null : new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString();
const freezes = fc.record({
  policy: fc.constantFrom(...freezePolicies),
  until: fc.option(fc.integer({ min: 0, max: 5 })).map(at),
});
type Short = `${FreezePolicy} ${number | 'on'}`;
const short = (text: Short) => {
  const [policy, until] = text.split(' ') as [FreezePolicy, string];
  return { policy, until: until === 'on' ? null : at(Number(until)) };
};

test.each<[Short, Short, boolean]>([
  ['hold 5', 'hold 5', false],
  ['undo 5', 'hold 5', true],
  ['hold 5', 'finish 5', true],
  ['hold 5', 'undo 5', false],
  ['hold 6', 'hold 5', true],
  ['hold 4', 'hold 5', false],
  ['hold on', 'hold 5', true],
  ['hold 5', 'hold on', false],
  ['hold on', 'hold on', false],
  ['undo 4', 'hold on', true],
  ['finish on', 'undo 5', true],
])('%s does more than %s: %s', (asked, other, does) => {
  expect(saysMore(short(asked), short(other))).toBe(does);
});

test('a time says the same with and without its milliseconds', () => {
  const [short_, long] = ['2026-01-01T00:00:00Z', '2026-01-01T00:00:00.000Z'];
  expect(saysMore({ policy: 'hold', until: long }, { policy: 'hold', until: short_ })).toBe(false);
  expect(saysMore({ policy: 'hold', until: short_ }, { policy: 'hold', until: long })).toBe(false);
});

test('none of several does more than the strictest while it lasts, and none outlasts the last to end', () => {
  fc.assert(
    fc.property(fc.array(freezes, { minLength: 1, maxLength: 6 }), (all) => {
      const order = strictestFirst(all);
      expect(order).toHaveLength(all.length);
      for (const [index, one] of order.entries())
        for (const later of order.slice(index + 1))
          expect(saysMore({ ...later, until: later.policy === one.policy ? later.until : one.until }, one)).toBe(false);
      const last = lastToEnd(all)!;
      expect(all.some(({ until }) => saysMore({ policy: last.policy, until }, last))).toBe(false);
    }),
  );
});

test('of none there is no last', () => {
  expect(lastToEnd([])).toBeUndefined();
});

const touched = { service: serviceName('cart'), regions: ['eu', 'us'].map(regionName) };

test.each([
  ['all', [], [], true],
  ['its service', ['cart', 'mail'], [], true],
  ['others', ['mail'], [], false],
  ['one of its regions', [], ['us', 'ap'], true],
  ['its service in another region', ['cart'], ['ap'], false],
  ['another service in its region', ['mail'], ['us'], false],
])('a freeze of %s', (_, services, regions, isMeant) => {
  expect(covers({ services: services.map(serviceName), regions: regions.map(regionName) }, touched)).toBe(isMeant);
});
