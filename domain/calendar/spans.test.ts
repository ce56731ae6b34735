import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { recurrenceMistake, weekdays, type Recurrence } from './recurrence.ts';
import { nextChangeMs, standingAt } from './spans.ts';
import { dateOfNumber, dayNumber, type ZoneRules } from './zone-rules.ts';

const dayMs = 86_400_000;

/** Clocks that are never set. */
const fixed = (offsetMinutes: number): ZoneRules => ({
  dateAt: (_, ms) => dateOfNumber(Math.floor((ms + offsetMinutes * 60_000) / dayMs)),
  msAt: (_, date, minute) => dayNumber(date) * dayMs + (minute - offsetMinutes) * 60_000,
});

const clock = fc
  .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
  .map((parts) => parts.map((part) => String(part).padStart(2, '0')).join(':'));
const monthDay = fc.integer({ min: 0, max: 364 }).map((n) => new Date(n * dayMs).toISOString().slice(5, 10));
const recurrences: fc.Arbitrary<Recurrence> = fc
  .oneof(
    fc.record({
      every: fc.constant('week' as const),
      timeZone: fc.constant('there'),
      days: fc.subarray([...weekdays], { minLength: 1 }),
      from: clock,
      to: fc.oneof(clock, fc.constant('24:00')),
    }),
    fc.record({ every: fc.constant('year' as const), timeZone: fc.constant('there'), from: monthDay, to: monthDay }),
  )
  .filter((recurrence) => recurrenceMistake(recurrence) === null);
const moments = fc.integer({ min: Date.UTC(2020, 0, 1), max: Date.UTC(2040, 0, 1) });
const offsets = fc.integer({ min: -720, max: 840 });

test('until its next change a window stands as it does, and then it does not', () => {
  fc.assert(
    fc.property(
      recurrences,
      offsets,
      moments,
      fc.double({ min: 0, max: 1, noNaN: true }),
      (recurrence, offset, at, part) => {
        const now = standingAt(recurrence, fixed(offset), at);
        const change = nextChangeMs(now);
        // A year that is all of it has no change in sight.
        if (change === null || (recurrence.every === 'year' && change - at > 366 * dayMs)) return;
        expect(change).toBeGreaterThan(at);
        const between = standingAt(recurrence, fixed(offset), at + Math.floor((change - 1 - at) * part));
        expect(between.span === null).toBe(now.span === null);
        expect(standingAt(recurrence, fixed(offset), change).span === null).toBe(now.span !== null);
      },
    ),
  );
});

test('a weekly window is on exactly when clocks show its time on one of its days', () => {
  fc.assert(
    fc.property(recurrences, offsets, moments, (recurrence, offset, at) => {
      if (recurrence.every !== 'week') return;
      const rules = fixed(offset);
      const local = at + offset * 60_000;
      const minute = Math.floor(local / 60_000) % 1440;
      const day = weekdays[(Math.floor(local / dayMs) + 3) % 7]!;
      const before = weekdays[(Math.floor(local / dayMs) + 2) % 7]!;
      const [from, to] = [recurrence.from, recurrence.to].map((text) => {
        const [hours = 0, minutes = 0] = text.split(':').map(Number);
        return hours * 60 + minutes;
      }) as [number, number];
      const overnight = to <= from;
      const begunToday = recurrence.days.includes(day) && minute >= from && (overnight || minute < to);
      const begunBefore = overnight && recurrence.days.includes(before) && minute < to;
      expect(standingAt(recurrence, rules, at).span !== null).toBe(begunToday || begunBefore);
    }),
  );
});

test('a window of the year is on exactly on the days from its first to its last', () => {
  fc.assert(
    fc.property(recurrences, offsets, moments, (recurrence, offset, at) => {
      if (recurrence.every !== 'year') return;
      const local = new Date(at + offset * 60_000);
      const today = local.toISOString().slice(5, 10);
      const isLeap = new Date(Date.UTC(local.getUTCFullYear(), 1, 29)).getUTCDate() === 29;
      const [from, to] = [recurrence.from, recurrence.to].map((day) => (day === '02-29' && !isLeap ? '02-28' : day));
      const isOn = recurrence.to < recurrence.from ? today >= from! || today <= to! : today >= from! && today <= to!;
      expect(standingAt(recurrence, fixed(offset), at).span !== null).toBe(isOn);
    }),
  );
});

const utc = (text: string): number => Date.parse(`${text}Z`);
const shown = ({ span, nextMs }: ReturnType<typeof standingAt>): string => {
  const text = (ms: number | null): string => (ms === null ? 'open' : new Date(ms).toISOString().slice(0, 16));
  const next = nextMs === null ? 'never' : text(nextMs);
  return span === null ? `off, next ${next}` : `${text(span.fromMs)} to ${text(span.untilMs)}, next ${next}`;
};

describe('how a window stands', () => {
  const weekend = {
    every: 'week',
    timeZone: 'there',
    days: ['fri', 'sat', 'sun'],
    from: '00:00',
    to: '24:00',
  } as const;
  const nights = { every: 'week', timeZone: 'there', days: ['sun', 'mon'], from: '22:00', to: '06:00' } as const;
  const winter = { every: 'year', timeZone: 'there', from: '12-20', to: '01-03' } as const;
  const leapDay = { every: 'year', timeZone: 'there', from: '02-29', to: '02-29' } as const;
  const once = { every: 'once', from: '2026-11-24T14:00:00.000Z', until: '2026-11-24T15:00:00.000Z' } as const;
  test.each<[string, Recurrence, string, string]>([
    [
      'days that follow one another are one',
      weekend,
      '2026-11-28T12:00',
      '2026-11-27T00:00 to 2026-11-30T00:00, next 2026-12-04T00:00',
    ],
    [
      'a window is on in its first moment',
      weekend,
      '2026-11-27T00:00',
      '2026-11-27T00:00 to 2026-11-30T00:00, next 2026-12-04T00:00',
    ],
    ['and off in that of its end', weekend, '2026-11-30T00:00', 'off, next 2026-12-04T00:00'],
    [
      'a night is of the day on which it begins',
      nights,
      '2026-11-30T05:59',
      '2026-11-29T22:00 to 2026-11-30T06:00, next 2026-11-30T22:00',
    ],
    ['between two nights', nights, '2026-11-30T12:00', 'off, next 2026-11-30T22:00'],
    ['the longest wait of a week', { ...nights, days: ['mon'] }, '2026-12-01T06:00', 'off, next 2026-12-07T22:00'],
    [
      'six days are one',
      { ...weekend, days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat'] },
      '2026-11-28T23:59',
      '2026-11-23T00:00 to 2026-11-29T00:00, next 2026-11-30T00:00',
    ],
    [
      'past New Year, before it',
      winter,
      '2026-12-31T23:00',
      '2026-12-20T00:00 to 2027-01-04T00:00, next 2027-12-20T00:00',
    ],
    ['and after it', winter, '2027-01-03T23:59', '2026-12-20T00:00 to 2027-01-04T00:00, next 2027-12-20T00:00'],
    [
      '29 February in a year with it',
      leapDay,
      '2028-02-29T12:00',
      '2028-02-29T00:00 to 2028-03-01T00:00, next 2029-02-28T00:00',
    ],
    ['the day before', leapDay, '2028-02-28T12:00', 'off, next 2028-02-29T00:00'],
    [
      'and the 28th in a year without',
      leapDay,
      '2027-02-28T12:00',
      '2027-02-28T00:00 to 2027-03-01T00:00, next 2028-02-29T00:00',
    ],
    [
      'in a century without it',
      leapDay,
      '2100-02-28T12:00',
      '2100-02-28T00:00 to 2100-03-01T00:00, next 2101-02-28T00:00',
    ],
    ['once, before', once, '2026-11-24T13:59', 'off, next 2026-11-24T14:00'],
    ['once, in its first moment', once, '2026-11-24T14:00', '2026-11-24T14:00 to 2026-11-24T15:00, next never'],
    ['once, after', once, '2026-11-24T15:00', 'off, next never'],
    ['until somebody ends it', { ...once, until: null }, '2036-11-24T15:00', '2026-11-24T14:00 to open, next never'],
  ])('%s', (_, recurrence, at, standing) => {
    expect(shown(standingAt(recurrence, fixed(0), utc(at)))).toBe(standing);
  });
});

test('where clocks show a time twice, a window begins at the first and ends after the second', () => {
  const hour = 3_600_000;
  // From 02:00 on, clocks are set back by an hour: what they show then they have shown before.
  const twice: ZoneRules = {
    dateAt: (_, ms) => dateOfNumber(Math.floor(ms / dayMs)),
    msAt: (_, date, minute, which) => dayNumber(date) * dayMs + minute * 60_000 + (which === 'last' ? hour : 0),
  };
  const night = { every: 'week', timeZone: 'there', days: ['sat'], from: '02:00', to: '03:00' } as const;
  const standing = '2026-11-28T02:00 to 2026-11-28T04:00, next 2026-12-05T02:00';
  expect(shown(standingAt(night, twice, utc('2026-11-28T03:30')))).toBe(standing);
  const year = { every: 'year', timeZone: 'there', from: '11-28', to: '11-28' } as const;
  expect(shown(standingAt(year, twice, utc('2026-11-29T00:30')))).toBe(
    '2026-11-28T00:00 to 2026-11-29T01:00, next 2027-11-28T00:00',
  );
});

test('a window that clocks skip whole is none that day', () => {
  // Every time of the night is the moment of the jump.
  const jump: ZoneRules = {
    dateAt: (_, ms) => dateOfNumber(Math.floor(ms / dayMs)),
    msAt: (_, date, minute) => dayNumber(date) * dayMs + (minute < 180 ? 180 : minute) * 60_000,
  };
  const night = { every: 'week', timeZone: 'there', days: ['sat', 'sun'], from: '02:00', to: '03:00' } as const;
  expect(shown(standingAt(night, jump, utc('2026-11-27T12:00')))).toBe('off, next never');
});

test('the next change is the end of what is on, else the next beginning', () => {
  const span = { fromMs: 1, untilMs: 5 };
  expect(nextChangeMs({ span, nextMs: 9 })).toBe(5);
  expect(nextChangeMs({ span: { ...span, untilMs: null }, nextMs: 9 })).toBeNull();
  expect(nextChangeMs({ span: null, nextMs: 9 })).toBe(9);
  expect(nextChangeMs({ span: null, nextMs: null })).toBeNull();
});
