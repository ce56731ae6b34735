import type { Known } from './known.ts';

/** Regions speak every minute while they can (the api trusts 60 s); the rest is for the way. */
const trustedMs = 75_000;

/**
 * A region that falls silent causes no event: its counts grow old by themselves. `heardAt` is this browser's clock at
 * the api's last word, so that clocks that differ don't matter. What is not too old stays the same object.
 */
export function withSilence(known: Known, heardAt: number, now: number): Known {
  if (known.at === null) return known;
  const apiNow = Date.parse(known.at) + (now - heardAt);
  const silent = Object.entries(known.hosts).filter(
    ([, { at, stale }]) => !stale && at !== null && apiNow - Date.parse(at) > trustedMs,
  );
  if (silent.length === 0) return known;
  return {
    ...known,
    hosts: { ...known.hosts, ...Object.fromEntries(silent.map(([key, hosts]) => [key, { ...hosts, stale: true }])) },
  };
}
