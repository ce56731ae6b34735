import type { HealthConfig } from '../spec/service-spec.ts';

/** Checks come up to this share of the interval early, so that hosts and services that started together don't ask together. */
const jitter = 0.1;

/**
 * How long to wait before check number `n` of an instance, from 0: the first is made at once. Its process alone isn't asked,
 * but has to live on: nothing is known of it before a whole interval, and every interval is whole.
 */
export function checkDelayMs({ process, intervalMs }: HealthConfig, instance: string, n: number): number {
  if (process) return intervalMs;
  return n === 0 ? 0 : Math.round(intervalMs * (1 - jitter * fraction(`${instance}/${n}`)));
}

/** The same for the same text, in [0, 1), spread evenly: FNV-1a over 32 bits, mixed as in MurmurHash3. */
function fraction(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
