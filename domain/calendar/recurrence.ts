/** Monday first, as ISO 8601 counts. */
export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Weekday = (typeof weekdays)[number];

/** On these days, between two times of clocks there; past midnight when it ends at or before its beginning. */
export interface Weekly {
  readonly every: 'week';
  /** IANA: `Europe/Berlin`. */
  readonly timeZone: string;
  /** Those on which it begins. */
  readonly days: readonly Weekday[];
  /** `22:00` */
  readonly from: string;
  /** `06:00`; `24:00` is the end of the day. */
  readonly to: string;
}

/** From the beginning of one day to the end of another, past New Year when that comes first in the year. */
export interface Yearly {
  readonly every: 'year';
  readonly timeZone: string;
  /** `12-20`. 29 February is the 28th in years without it. */
  readonly from: string;
  readonly to: string;
}

/** RFC 3339, UTC; `until: null` lasts until somebody ends it. */
export interface Once {
  readonly every: 'once';
  readonly from: string;
  readonly until: string | null;
}

export type Recurrence = Once | Weekly | Yearly;

export const clockPattern = /^(?:[01]\d|2[0-3]):[0-5]\d$|^24:00$/;
export const dayPattern = /^(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/;

/** Minutes since midnight of `HH:MM`. */
export function minuteOf(clock: string): number {
  const [hours = 0, minutes = 0] = clock.split(':').map(Number);
  return hours * 60 + minutes;
}

/** One that is never over, or never comes, is no window; `null` when it is one. */
export function recurrenceMistake(recurrence: Recurrence): { readonly field: string; readonly message: string } | null {
  switch (recurrence.every) {
    case 'once':
      if (recurrence.until === null || recurrence.until > recurrence.from) return null;
      return { field: 'until', message: 'must be after its beginning' };
    case 'week': {
      const { days, from, to } = recurrence;
      if (from === '24:00') return { field: 'from', message: 'must be before 24:00' };
      if (from === to) return { field: 'to', message: 'must differ from `from`: a whole day is 00:00 to 24:00' };
      const endless = new Set(days).size === weekdays.length && minuteOf(from) === minuteOf(to) % minutesOfDay;
      return endless ? { field: 'days', message: 'must leave out a day: this one never ends' } : null;
    }
    case 'year':
      return missingDay(recurrence) ?? endlessYear(recurrence);
  }
}

export const minutesOfDay = 1440;
/** Of a leap year. */
const monthDays = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;

/** It begins on the day after its own end, in years with 29 February or in those without. */
function endlessYear({ from, to }: Yearly): { readonly field: string; readonly message: string } | null {
  const isEndless = [365, 366].some((days) => dayOfYear(from, days) === (dayOfYear(to, days) % days) + 1);
  return isEndless ? { field: 'to', message: 'must leave out a day: this one never ends' } : null;
}

/** Counted from 1; in a year of 365 days 29 February is the 28th. */
function dayOfYear(monthAndDay: string, daysOfYear: number): number {
  const [month, day] = [Number(monthAndDay.slice(0, 2)), Number(monthAndDay.slice(3))];
  const ofLeapYear = monthDays.slice(0, month - 1).reduce((sum, days) => sum + days, day);
  return ofLeapYear > 59 && daysOfYear === 365 ? ofLeapYear - 1 : ofLeapYear;
}

function missingDay({ from, to }: Yearly): { readonly field: string; readonly message: string } | null {
  const absent = (day: string): boolean => Number(day.slice(3)) > (monthDays[Number(day.slice(0, 2)) - 1] ?? 0);
  if (absent(from)) return { field: 'from', message: 'is no day of the year' };
  return absent(to) ? { field: 'to', message: 'is no day of the year' } : null;
}
