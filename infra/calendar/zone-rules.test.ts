import { describe, expect, test } from '@jest/globals';
import { recurrenceMistake, weekdays, type Recurrence } from '../../domain/calendar/recurrence.ts';
import { recurrenceText } from '../../domain/calendar/recurrence-text.ts';
import { standingAt } from '../../domain/calendar/spans.ts';
import { isTimeZone } from '../../protocol/time-zone.ts';
import { zoneRules } from './zone-rules.ts';

const every = weekdays;
const daily = (timeZone: string, from: string, to: string): Recurrence => ({
  every: 'week',
  timeZone,
  days: every,
  from,
  to,
});
const utc = (ms: number | null | undefined) => (ms === null || ms === undefined ? null : new Date(ms).toISOString());

/** The span that is on at the moment, or `null`. */
const at = (recurrence: Recurrence, moment: string) => {
  const { span } = standingAt(recurrence, zoneRules, Date.parse(moment));
  return span && [utc(span.fromMs), utc(span.untilMs)];
};
const nextAfter = (recurrence: Recurrence, moment: string) =>
  utc(standingAt(recurrence, zoneRules, Date.parse(moment)).nextMs);

describe('where clocks are set forward, what they skip is the moment of the jump', () => {
  test.each([
    // Berlin 2026-03-29: 02:00 becomes 03:00 at 01:00 UTC.
    ['Europe/Berlin', '02:30', '05:00', '2026-03-29T01:10:00Z', '2026-03-29T01:00:00.000Z', '2026-03-29T03:00:00.000Z'],
    ['Europe/Berlin', '00:00', '02:30', '2026-03-29T00:30:00Z', '2026-03-28T23:00:00.000Z', '2026-03-29T01:00:00.000Z'],
    ['Europe/Berlin', '22:00', '06:00', '2026-03-29T00:30:00Z', '2026-03-28T21:00:00.000Z', '2026-03-29T04:00:00.000Z'],
    // New York 2026-03-08: 02:00 becomes 03:00 at 07:00 UTC.
    [
      'America/New_York',
      '02:15',
      '04:00',
      '2026-03-08T07:30:00Z',
      '2026-03-08T07:00:00.000Z',
      '2026-03-08T08:00:00.000Z',
    ],
    // Lord Howe 2026-10-04: 02:00 becomes 02:30 at 15:30 UTC of the day before.
    [
      'Australia/Lord_Howe',
      '02:10',
      '04:00',
      '2026-10-03T15:40:00Z',
      '2026-10-03T15:30:00.000Z',
      '2026-10-03T17:00:00.000Z',
    ],
    [
      'Australia/Lord_Howe',
      '01:00',
      '02:10',
      '2026-10-03T15:00:00Z',
      '2026-10-03T14:30:00.000Z',
      '2026-10-03T15:30:00.000Z',
    ],
    // Kolkata has no such day.
    ['Asia/Kolkata', '02:30', '05:00', '2026-03-28T22:00:00Z', '2026-03-28T21:00:00.000Z', '2026-03-28T23:30:00.000Z'],
  ])('%s %s to %s, at %s', (timeZone, from, to, moment, begins, ends) => {
    expect(at(daily(timeZone, from, to), moment)).toEqual([begins, ends]);
  });

  test.each([
    ['Europe/Berlin', '02:10', '02:50', '2026-03-29T01:00:00Z', '2026-03-30T00:10:00.000Z'],
    ['America/New_York', '02:10', '02:50', '2026-03-08T06:59:00Z', '2026-03-09T06:10:00.000Z'],
    ['Australia/Lord_Howe', '02:05', '02:25', '2026-10-03T15:29:00Z', '2026-10-04T15:05:00.000Z'],
  ])('%s %s to %s lies in what is skipped, and does not happen that day', (timeZone, from, to, moment, next) => {
    expect(at(daily(timeZone, from, to), moment)).toBeNull();
    expect(nextAfter(daily(timeZone, from, to), moment)).toBe(next);
  });
});

describe('where clocks are set back, a window holds both hours that they show alike', () => {
  test.each([
    // Berlin 2026-10-25: 03:00 becomes 02:00 at 01:00 UTC, so 02:30 is at 00:30 and at 01:30 UTC.
    ['Europe/Berlin', '02:30', '05:00', '2026-10-25T01:10:00Z', '2026-10-25T00:30:00.000Z', '2026-10-25T04:00:00.000Z'],
    ['Europe/Berlin', '01:00', '02:30', '2026-10-25T01:10:00Z', '2026-10-24T23:00:00.000Z', '2026-10-25T01:30:00.000Z'],
    ['Europe/Berlin', '02:10', '02:20', '2026-10-25T00:50:00Z', '2026-10-25T00:10:00.000Z', '2026-10-25T01:20:00.000Z'],
    // New York 2026-11-01: 02:00 becomes 01:00 at 06:00 UTC.
    [
      'America/New_York',
      '01:30',
      '03:00',
      '2026-11-01T06:10:00Z',
      '2026-11-01T05:30:00.000Z',
      '2026-11-01T08:00:00.000Z',
    ],
    // Lord Howe 2026-04-05: 02:00 becomes 01:30 at 15:00 UTC of the day before.
    [
      'Australia/Lord_Howe',
      '01:40',
      '03:00',
      '2026-04-04T15:00:00Z',
      '2026-04-04T14:40:00.000Z',
      '2026-04-04T16:30:00.000Z',
    ],
    [
      'Australia/Lord_Howe',
      '01:00',
      '01:40',
      '2026-04-04T15:05:00Z',
      '2026-04-04T14:00:00.000Z',
      '2026-04-04T15:10:00.000Z',
    ],
  ])('%s %s to %s, at %s', (timeZone, from, to, moment, begins, ends) => {
    expect(at(daily(timeZone, from, to), moment)).toEqual([begins, ends]);
  });
});

test('a window is as long as clocks say, not as hours do: it moves with them over the year', () => {
  const office = daily('Europe/Berlin', '09:00', '17:00');
  expect(at(office, '2026-01-15T12:00:00Z')).toEqual(['2026-01-15T08:00:00.000Z', '2026-01-15T16:00:00.000Z']);
  expect(at(office, '2026-07-15T12:00:00Z')).toEqual(['2026-07-15T07:00:00.000Z', '2026-07-15T15:00:00.000Z']);
});

describe('days that follow one another are one span', () => {
  const weekend: Recurrence = {
    every: 'week',
    timeZone: 'America/New_York',
    days: ['fri', 'sat', 'sun'],
    from: '00:00',
    to: '24:00',
  };

  test('from Friday to Monday, over the day on which clocks are set forward', () => {
    expect(at(weekend, '2026-03-08T12:00:00Z')).toEqual(['2026-03-06T05:00:00.000Z', '2026-03-09T04:00:00.000Z']);
    expect(nextAfter(weekend, '2026-03-08T12:00:00Z')).toBe('2026-03-13T04:00:00.000Z');
  });

  test('an hour outside belongs to nobody', () => {
    expect(at(weekend, '2026-03-09T04:00:00Z')).toBeNull();
    expect(at(weekend, '2026-03-06T04:59:59Z')).toBeNull();
  });
});

describe('every year', () => {
  const holidays: Recurrence = { every: 'year', timeZone: 'Asia/Kolkata', from: '12-20', to: '01-03' };

  test('past New Year, seen from both years', () => {
    const whole = ['2026-12-19T18:30:00.000Z', '2027-01-03T18:30:00.000Z'];
    expect(at(holidays, '2026-12-24T00:00:00Z')).toEqual(whole);
    expect(at(holidays, '2027-01-03T18:29:59Z')).toEqual(whole);
    expect(at(holidays, '2027-01-03T18:30:00Z')).toBeNull();
    expect(nextAfter(holidays, '2027-02-01T00:00:00Z')).toBe('2027-12-19T18:30:00.000Z');
  });

  test('29 February is the 28th where there is none', () => {
    const leap: Recurrence = { every: 'year', timeZone: 'UTC', from: '02-29', to: '02-29' };
    expect(at(leap, '2027-02-28T12:00:00Z')).toEqual(['2027-02-28T00:00:00.000Z', '2027-03-01T00:00:00.000Z']);
    expect(at(leap, '2028-02-29T12:00:00Z')).toEqual(['2028-02-29T00:00:00.000Z', '2028-03-01T00:00:00.000Z']);
  });
});

test('once: on from its beginning, and without an end until somebody ends it', () => {
  const open: Recurrence = { every: 'once', from: '2026-11-24T14:00:00.000Z', until: null };
  expect(at(open, '2026-11-24T13:59:59Z')).toBeNull();
  expect(nextAfter(open, '2026-11-24T13:59:59Z')).toBe('2026-11-24T14:00:00.000Z');
  expect(at(open, '2036-11-24T14:00:00Z')).toEqual(['2026-11-24T14:00:00.000Z', null]);
});

test('zones are known by their names, not by an offset that knows no daylight saving', () => {
  expect(['Europe/Berlin', 'America/Argentina/Buenos_Aires', 'UTC', 'Etc/GMT+5'].map(isTimeZone)).toEqual(
    Array(4).fill(true),
  );
  expect(['+02:00', 'Mars/Base', '', 'Europe/Berlin\n', '../etc'].map(isTimeZone)).toEqual(Array(5).fill(false));
});

test('a zone that is taken is one that the calendar can compute', () => {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'.split('');
  const abbreviations = letters.flatMap((a) => letters.flatMap((b) => letters.map((c) => a + b + c)));
  const links = ['US/Pacific', 'GB-Eire', 'W-SU', 'EST5EDT', 'Asia/Kolkata', 'Etc/UCT', 'Zulu', 'ist', 'utc'];
  const names = [...Intl.supportedValuesOf('timeZone'), ...abbreviations, ...links];
  const computes = (zone: string): boolean => {
    try {
      return zoneRules.dateAt(zone, 0).year > 0;
    } catch {
      return false;
    }
  };
  const taken = names.filter(isTimeZone);
  expect(taken.filter((zone) => !computes(zone))).toEqual([]);
  expect(taken).toEqual(expect.arrayContaining([...Intl.supportedValuesOf('timeZone'), 'UTC', 'CET', 'US/Pacific']));
  expect(['IST', 'PST', 'CST', 'JST', 'AET', 'ART', 'CTT'].filter(isTimeZone)).toEqual([]);
});

test('what never ends or never comes is no window', () => {
  const mistakes = [
    daily('UTC', '00:00', '24:00'),
    daily('UTC', '08:00', '08:00'),
    { every: 'year', timeZone: 'UTC', from: '02-30', to: '03-01' } as const,
    { every: 'once', from: '2026-11-24T14:00:00.000Z', until: '2026-11-24T14:00:00.000Z' } as const,
  ].map((recurrence) => recurrenceMistake(recurrence)?.field);
  expect(mistakes).toEqual(['days', 'to', 'from', 'until']);
  expect(recurrenceMistake(daily('UTC', '22:00', '06:00'))).toBeNull();
});

test.each([
  ['01-01', '12-31', true],
  ['03-02', '03-01', true],
  ['03-01', '02-29', true],
  ['03-01', '02-28', true],
  ['02-29', '02-28', true],
  ['02-29', '02-27', true],
  ['01-02', '12-31', false],
  ['01-01', '12-30', false],
  ['02-29', '02-29', false],
  ['03-02', '02-28', false],
  ['12-20', '01-03', false],
])('each year from %s to %s: that it never ends is %s', (from, to, isEndless) => {
  const mistake = recurrenceMistake({ every: 'year', timeZone: 'UTC', from, to });
  expect(mistake?.field ?? null).toBe(isEndless ? 'to' : null);
});

test('a window says itself in few words', () => {
  const berlin = { every: 'week', timeZone: 'Europe/Berlin', from: '22:00', to: '06:00' } as const;
  expect(recurrenceText({ ...berlin, days: ['fri', 'mon', 'tue', 'wed', 'thu'] })).toBe(
    'mon-fri 22:00-06:00 Europe/Berlin',
  );
  expect(recurrenceText({ ...berlin, days: ['sat', 'sun', 'tue'] })).toBe('tue, sat, sun 22:00-06:00 Europe/Berlin');
});
