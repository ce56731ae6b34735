import type { Generation } from '../names.ts';
import type { GenerationFloors } from './goal.ts';

/** How far ahead of the region's clock a host is believed: more than two clocks that somebody looks after differ by. */
const believedAheadMs = 24 * 3_600_000;

/**
 * The generation of the next write: above every number that the region, the centre or a host knows, and at least the
 * clock, so that a database restored from yesterday still writes a number that nobody has seen
 * (docs/goal-protocol.md §1). Milliseconds when the clock decides. What hosts say raises it to a day ahead of the clock at
 * most: numbers are read as exact integers, and one lying host must not use them up for its whole region.
 */
export function nextGeneration(own: Generation | 0, { centre, hosts, nowMs }: GenerationFloors): Generation {
  const now = Math.floor(nowMs);
  return Math.max(own + 1, centre + 1, Math.min(hosts + 1, now + believedAheadMs), now) as Generation;
}
