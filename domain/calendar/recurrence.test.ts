import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { recurrenceText } from './recurrence-text.ts';
import {
  clockPattern,
  dayPattern,
  minuteOf,
  recurrenceMistake,
  weekdays,
  type Weekday,
  type Weekly,
  type Yearly,
} from './recurrence.ts';

const weekly = (from: string, to: string, days: readonly Weekday[] = ['mon']): Weekly => ({
  every: 'week',
  timeZone: 'UTC',
  days,
  from,
  to,
});
const yearly = (from: string, to: string): Yearly => ({ every: 'year', timeZone: 'UTC', from, to });
const once = (until: string | null) => ({ every: 'once', from: '2026-11-24T14:00:00.000Z', until }) as const;

test.each([
  ['00:00', 0],
  ['06:05', 365],
  ['23:59', 1439],
  ['24:00', 1440],
])('clocks show %s %i minutes after midnight', (clock, minutes) => {
  expect(clockPattern.test(clock)).toBe(true);
  expect(minuteOf(clock)).toBe(minutes);
});

test.each(['24:01', '25:00', '7:00', '07:60', '07:0', '107:00', '07:000', '1924:00', '24:000'])(
  'no clock shows %s',
  (clock) => {
    expect(clockPattern.test(clock)).toBe(false);
  },
);

test.each(['00-01', '13-01', '12-00', '12-32', '1-01', '12-1', '112-01', '12-011'])('no day is %s', (day) => {
  expect(dayPattern.test(day)).toBe(false);
});

describe('a window that is none is refused at the field that has to change', () => {
  const all = weekdays;
  test.each([
    [once('2026-11-24T14:00:00.000Z'), 'until', /after its beginning/],
    [once('2026-11-24T13:00:00.000Z'), 'until', /after its beginning/],
    [weekly('24:00', '06:00'), 'from', /before 24:00/],
    [weekly('09:00', '09:00'), 'to', /a whole day is 00:00 to 24:00/],
    [weekly('00:00', '24:00', all), 'days', /leave out a day/],
    [yearly('02-30', '03-01'), 'from', /no day of the year/],
    [yearly('04-31', '05-01'), 'from', /no day of the year/],
    [yearly('03-01', '06-31'), 'to', /no day of the year/],
    [yearly('01-01', '12-31'), 'to', /leave out a day/],
    [yearly('03-01', '02-29'), 'to', /leave out a day/],
    // In a year without 29 February the next day is the first of March.
    [yearly('03-01', '02-28'), 'to', /leave out a day/],
  ])('%j at %s', (recurrence, field, message) => {
    expect(recurrenceMistake(recurrence)).toEqual({ field, message: expect.stringMatching(message) });
  });

  test.each([
    [once(null)],
    [once('2026-11-24T14:00:00.001Z')],
    [weekly('22:00', '24:00')],
    [weekly('22:00', '06:00', all)],
    [weekly('00:00', '24:00', all.slice(1))],
    [weekly('00:00', '23:59', all)],
    [weekly('00:00', '24:00', ['mon', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'])],
    [yearly('02-29', '02-29')],
    [yearly('12-20', '01-03')],
    [yearly('12-31', '12-29')],
    [yearly('03-02', '02-28')],
    [yearly('01-31', '12-31')],
  ])('and one that is one is not: %j', (recurrence) => {
    expect(recurrenceMistake(recurrence)).toBeNull();
  });
});

test('a year that leaves out a day in every year is one, and no other', () => {
  const day = (year: number, text: string): number =>
    Date.UTC(year, Number(text.slice(0, 2)) - 1, text === '02-29' && year % 4 !== 0 ? 28 : Number(text.slice(3)));
  const days = fc
    .integer({ min: 0, max: 365 })
    .map((n) => new Date(Date.UTC(2024, 0, 1 + n)).toISOString().slice(5, 10));
  fc.assert(
    fc.property(days, days, (from, to) => {
      // From its end to its next beginning, in the four years of a cycle: is there a day between?
      const years = [2023, 2024, 2025, 2026].map((year) => {
        const next = to < from ? day(year, from) : day(year + 1, from);
        return Math.round((next - day(year, to)) / 86_400_000);
      });
      expect(recurrenceMistake(yearly(from, to)) === null).toBe(years.every((gap) => gap !== 1));
    }),
  );
});

test.each<[string, ...Weekday[]]>([
  ['mon-wed', 'wed', 'tue', 'mon'],
  ['mon, tue', 'mon', 'tue'],
  ['mon, wed, fri-sun', 'fri', 'sat', 'sun', 'wed', 'mon'],
  ['sun', 'sun'],
])('%s, as people say it', (text, ...days) => {
  expect(recurrenceText(weekly('22:00', '06:00', days))).toBe(`${text} 22:00-06:00 UTC`);
});

test('the others in words', () => {
  expect(recurrenceText(yearly('12-20', '01-03'))).toBe('every year 12-20 to 01-03 UTC');
  expect(recurrenceText(once(null))).toBe('2026-11-24 14:00 UTC until somebody ends it');
  expect(recurrenceText(once('2026-11-25T06:30:00.000Z'))).toBe('2026-11-24 14:00 UTC until 2026-11-25 06:30 UTC');
});
