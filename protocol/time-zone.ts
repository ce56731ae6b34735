import { z } from 'zod';

/** The only names of three letters in the IANA database. */
const ofThreeLetters: ReadonlySet<string> = new Set([
  'CET',
  'EET',
  'EST',
  'GMT',
  'HST',
  'MET',
  'MST',
  'PRC',
  'ROC',
  'ROK',
  'UCT',
  'UTC',
  'WET',
]);

/**
 * Whether this runtime knows the zone: by its IANA name, not by an offset, which knows no daylight saving. `Intl` also takes
 * ICU's old abbreviations, such as `IST` and `PST`; they mean several zones, and the calendar refuses them.
 */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z][\w+-]*(\/[\w+-]+)*$/.test(name)) return false;
  if (/^[A-Za-z]{3}$/.test(name) && !ofThreeLetters.has(name.toUpperCase())) return false;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

export const timeZoneField = z.string().refine(isTimeZone, 'must be a time zone, such as Europe/Berlin');
