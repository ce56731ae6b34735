import type { Generation } from '../names.ts';
import type { GenerationFloors } from './goal.ts';

/**
 * The generation of the next write: above every number that the region, the centre or a host knows, and at least the
 * clock, so that a database restored from yesterday still writes a number that nobody has seen
 * (docs/goal-protocol.md §1). Milliseconds when the clock decides.
 */
export function nextGeneration(own: Generation | 0, floors: GenerationFloors): Generation {
  return Math.max(own + 1, floors.centre + 1, floors.hosts + 1, Math.floor(floors.nowMs)) as Generation;
}
