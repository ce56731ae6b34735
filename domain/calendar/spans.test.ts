import { expect, test } from '@jest/globals';
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
