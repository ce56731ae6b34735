import { remember, remembered } from './remembered.ts';

export const zones = ['local', 'UTC'] as const;
export type Zone = (typeof zones)[number];

const place = 'slipway-times';
let zone: Zone | null = null;

/** By which clock this browser shows times; what commands and causes say is in UTC, and says so. */
export function chosenZone(): Zone {
  zone ??= zones.find((each) => each === remembered(place)) ?? 'local';
  return zone;
}

export function chooseZone(chosen: Zone): void {
  remember(place, chosen);
  zone = chosen;
}

/** `12:04:31`, or `12:04:31 UTC` */
export function clockText(at: number | string): string {
  const { time, suffix } = shown(at);
  return time + suffix;
}

/** `2026-11-26 12:04:31`, or with `UTC` */
export function dateText(at: number | string): string {
  const { date, time, suffix } = shown(at);
  return `${date} ${time}${suffix}`;
}

function shown(at: number | string): { readonly date: string; readonly time: string; readonly suffix: string } {
  const isUtc = chosenZone() === 'UTC';
  const asked = new Date(at);
  // Read as if it were UTC, a time that is moved by its offset says what the local clock says.
  const offsetMs = isUtc ? 0 : asked.getTimezoneOffset() * 60_000;
  const text = new Date(asked.getTime() - offsetMs).toISOString();
  return { date: text.slice(0, 10), time: text.slice(11, 19), suffix: isUtc ? ' UTC' : '' };
}
