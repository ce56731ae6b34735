/** Pieces of sentences. */
import { personName } from '../approval/same-person.ts';

/**
 * Texts of strangers (commits, reasons, names) as they may be shown on a terminal: they can't steer it, and can't turn the
 * direction of what stands beside them, so that a line reads otherwise than it is (trojansource.codes).
 */
export const plainText = (text: string): string =>
  text.replaceAll(/\p{Cc}/gu, ' ').replaceAll(/[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '');

/** `1 host`, `2,480 hosts` */
export function counted(count: number, noun: string): string {
  return `${digits(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** `2,480` */
export const digits = (count: number): string => String(count).replaceAll(/\B(?=(\d{3})+$)/g, ',');

/** `eu-west, us-east and 3 more`: a sentence doesn't grow with the company. */
export function named(names: readonly string[], limit = 5): string {
  if (names.length <= limit) return names.join(', ');
  return `${names.slice(0, limit).join(', ')} and ${names.length - limit} more`;
}

/** `lin`, `lin and 1 other`, `lin and 2 others` */
export function authorsText([first = 'nobody', ...others]: readonly string[]): string {
  const name = personName(first);
  return others.length === 0 ? name : `${name} and ${counted(others.length, 'other')}`;
}

/** RFC 3339 UTC as `2026-11-24 16:40 UTC`. */
export const clockTime = (time: string): string => `${time.slice(0, 10)} ${time.slice(11, 16)} UTC`;

/** `2 min 10 s`; the two largest units, nothing below a second but for less than one. */
export function lasted(ms: number): string {
  if (ms < 1000) return `${Math.max(0, Math.round(ms))} ms`;
  const seconds = Math.round(ms / 1000);
  const units = [
    ['d', 86_400],
    ['h', 3600],
    ['min', 60],
    ['s', 1],
  ] as const;
  const largest = units.findIndex(([, size]) => seconds >= size);
  const parts = units.slice(largest, largest + 2).map(([name, size], place) => {
    const above = place === 0 ? Infinity : (units[largest]?.[1] ?? Infinity);
    return [Math.floor((seconds % above) / size), name] as const;
  });
  return parts
    .filter(([count], place) => place === 0 || count > 0)
    .map(([count, name]) => `${count} ${name}`)
    .join(' ');
}
