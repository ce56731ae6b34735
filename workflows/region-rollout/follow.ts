import type { Fenced } from '../../activities/goals/contract.ts';
import { untilResumed } from './hold.ts';
import type { RegionRun, Step } from './region-run.ts';
import { isStop } from './region-run.ts';
import { takeOver } from './take-over.ts';

/** A step met a newer row: go on in its attempt, wait for a person where somebody held the region, or stop. */
export async function follow(run: RegionRun, fenced: Fenced): Promise<Step> {
  const taken = takeOver(run, fenced);
  if (isStop(taken)) return taken;
  return taken === 'held' ? untilResumed(run, 'held inside the region') : 'again';
}
