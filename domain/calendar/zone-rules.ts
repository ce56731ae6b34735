/** A day on the calendar; months from 1. */
export interface LocalDate {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

/** What clocks show in a time zone (IANA names). */
export interface ZoneRules {
  dateAt(timeZone: string, ms: number): LocalDate;
  /**
   * When clocks show this minute (0 to 1440) of that day: the first time or the last, where they show it twice; the moment
   * of the jump, where they skip it.
   */
  msAt(timeZone: string, date: LocalDate, minute: number, which: 'first' | 'last'): number;
}

const dayMs = 86_400_000;

/** Counts days, the same in every time zone. */
export const dayNumber = ({ year, month, day }: LocalDate): number => Date.UTC(year, month - 1, day) / dayMs;

export function dateOfNumber(number: number): LocalDate {
  const date = new Date(number * dayMs);
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
}
