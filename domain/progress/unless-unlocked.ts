import { nothingNeeded, type Why } from './why-facts.ts';

/** What asked for an unlock asks no more once the lane is open: an unlock is no news of the deployment itself. */
export function unlessUnlocked(why: Why | null, lane: { readonly lock: object | null } | null): Why | null {
  if (why?.next.verb !== 'unlock' || lane === null || lane.lock !== null) return why;
  return { ...why, next: { text: nothingNeeded, command: null, verb: null }, needsSomeone: false };
}
