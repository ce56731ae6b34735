import { minuteOf, minutesOfDay, weekdays, type Recurrence, type Weekly, type Yearly } from './recurrence.ts';
import { dateOfNumber, dayNumber, type LocalDate, type ZoneRules } from './zone-rules.ts';

/** From a moment to another, ms since 1970; the end is outside of it, `null` when nobody knows it. */
export interface Span {
  readonly fromMs: number;
  readonly untilMs: number | null;
}

/** How a window stands at a moment. */
export interface Standing {
  /** The one that is on; `null` when none is. */
  readonly span: Span | null;
  /** When the next begins that is not on yet; `null` when none ever does. */
  readonly nextMs: number | null;
}

export function standingAt(recurrence: Recurrence, rules: ZoneRules, atMs: number): Standing {
  const spans = joined(spansAround(recurrence, rules, atMs));
  const isOn = ({ fromMs, untilMs }: Span): boolean => fromMs <= atMs && (untilMs === null || atMs < untilMs);
  return {
    span: spans.find(isOn) ?? null,
    nextMs: spans.find(({ fromMs }) => fromMs > atMs)?.fromMs ?? null,
  };
}

/** When the standing changes next; `null` for never. */
export function nextChangeMs({ span, nextMs }: Standing): number | null {
  return span === null ? nextMs : span.untilMs;
}

/** All that may be on at the moment, and the next at least. */
function spansAround(recurrence: Recurrence, rules: ZoneRules, atMs: number): readonly Span[] {
  switch (recurrence.every) {
    case 'once': {
      const { from, until } = recurrence;
      return [{ fromMs: Date.parse(from), untilMs: until === null ? null : Date.parse(until) }];
    }
    case 'week':
      return weeks(recurrence, rules, dayNumber(rules.dateAt(recurrence.timeZone, atMs)));
    case 'year':
      return years(recurrence, rules, rules.dateAt(recurrence.timeZone, atMs).year);
  }
}

/** Days that follow one another can make one span of nearly a week; so far is looked on both sides. */
const daysAround = 9;

function weeks({ timeZone, days, from, to }: Weekly, rules: ZoneRules, today: number): Span[] {
  const [begin, end] = [minuteOf(from), minuteOf(to)];
  const numbers = Array.from({ length: 2 * daysAround + 1 }, (_, index) => today - daysAround + index);
  const begins = (number: number): boolean => days.includes(weekdayOf(number));
  return numbers.filter(begins).map((number) => {
    const lastDay = end > begin ? number : number + 1;
    return {
      fromMs: rules.msAt(timeZone, dateOfNumber(number), begin, 'first'),
      untilMs: rules.msAt(timeZone, dateOfNumber(lastDay), end, 'last'),
    };
  });
}

/** Day 0 was a Thursday. */
const weekdayOf = (number: number) => weekdays[(((number + 3) % 7) + 7) % 7]!;

function years({ timeZone, from, to }: Yearly, rules: ZoneRules, thisYear: number): Span[] {
  return [thisYear - 1, thisYear, thisYear + 1].map((year) => ({
    fromMs: rules.msAt(timeZone, dayIn(year, from), 0, 'first'),
    untilMs: rules.msAt(timeZone, dayIn(to < from ? year + 1 : year, to), minutesOfDay, 'last'),
  }));
}

function dayIn(year: number, monthAndDay: string): LocalDate {
  const month = Number(monthAndDay.slice(0, 2));
  const isThere = new Date(Date.UTC(year, 1, 29)).getUTCMonth() === 1;
  return { year, month, day: monthAndDay === '02-29' && !isThere ? 28 : Number(monthAndDay.slice(3)) };
}

/** In order, without what is empty; what touches is one. */
function joined(spans: readonly Span[]): readonly Span[] {
  const inOrder = spans.filter(({ fromMs, untilMs }) => untilMs === null || untilMs > fromMs);
  return inOrder
    .toSorted((a, b) => a.fromMs - b.fromMs)
    .reduce<readonly Span[]>((before, span) => {
      const last = before.at(-1);
      if (last === undefined || (last.untilMs !== null && last.untilMs < span.fromMs)) return [...before, span];
      const untilMs = last.untilMs === null || span.untilMs === null ? null : Math.max(last.untilMs, span.untilMs);
      return [...before.slice(0, -1), { fromMs: last.fromMs, untilMs }];
    }, []);
}
