import { describe, expect, test } from '@jest/globals';
import { namesOf, whenOf, type WhenFlags } from './freeze-argument.ts';

const noon = Date.parse('2026-11-24T12:00:00Z');

describe('when a freeze is in effect', () => {
  test.each<[WhenFlags, object]>([
    [{}, { every: 'once', until: null }],
    [{ until: '2h' }, { every: 'once', until: '2026-11-24T14:00:00.000Z' }],
    [
      { from: '2026-12-20T00:00:00+01:00', until: '2027-01-04T00:00:00+01:00' },
      { every: 'once', from: '2026-12-19T23:00:00.000Z', until: '2027-01-03T23:00:00.000Z' },
    ],
    [
      { weekly: 'fri-sun 18:00-06:00', zone: 'Europe/Berlin' },
      { every: 'week', timeZone: 'Europe/Berlin', days: ['fri', 'sat', 'sun'], from: '18:00', to: '06:00' },
    ],
    [
      { weekly: 'sat-mon,wed 00:00-24:00', zone: 'UTC' },
      { every: 'week', timeZone: 'UTC', days: ['sat', 'sun', 'mon', 'wed'], from: '00:00', to: '24:00' },
    ],
    [
      { yearly: '12-20..01-03', zone: 'UTC' },
      { every: 'year', timeZone: 'UTC', from: '12-20', to: '01-03' },
    ],
  ])('%j', (flags, when) => {
    expect(whenOf(flags, noon)).toEqual(when);
  });

  test.each<[WhenFlags, RegExp]>([
    [{ until: 'yesterday' }, /^--until should be a time to come/],
    [{ from: '2026-11-24T11:00:00Z' }, /^--from should be a time to come/],
    [{ weekly: 'fri-sun 18:00-06:00' }, /need --zone/],
    [{ weekly: 'friday 18:00-06:00', zone: 'UTC' }, /^--weekly should be/],
    [{ weekly: 'fri 18-06', zone: 'UTC' }, /^--weekly should be/],
    [{ yearly: '12-20', zone: 'UTC' }, /^--yearly should be/],
    [{ zone: 'UTC' }, /^--zone goes with/],
    [{ weekly: 'fri 18:00-06:00', until: '2h', zone: 'UTC' }, /^give one of/],
    [{ weekly: 'fri 18:00-06:00', yearly: '12-20..01-03', zone: 'UTC' }, /^give one of/],
  ])('%j is refused', (flags, why) => {
    expect(() => whenOf(flags, noon)).toThrow(why);
  });
});

test('names are told apart by commas', () => {
  expect(namesOf(' cart, mail,')).toEqual(['cart', 'mail']);
  expect(namesOf(undefined)).toEqual([]);
});
