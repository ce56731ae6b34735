import { z } from 'zod';

/** Whether this runtime knows the zone: by its IANA name, not by an offset, which knows no daylight saving. */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z][\w+-]*(\/[\w+-]+)*$/.test(name)) return false;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

export const timeZoneField = z.string().refine(isTimeZone, 'must be a time zone, such as Europe/Berlin');
