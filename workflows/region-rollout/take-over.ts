import type { Fenced } from '../../activities/goals/contract.ts';
import { followFenced } from '../../domain/goal/takeover.ts';
import type { RegionRun, Stop } from './region-run.ts';

/** Takes over the attempt and generation of the row that fenced a step, if the protocol lets a deployment follow it. */
export function takeOver(run: RegionRun, fenced: Fenced): 'taken' | 'held' | Stop {
  const { region } = run.input;
  const following = followFenced(fenced, run);
  if (following.follow === 'give up') return { stop: `${region}: ${following.reason}` };
  run.attempt = following.attempt;
  run.generation = following.generation;
  if (following.follow === 'undone') return { stop: `${region} was rolled back inside the region` };
  return following.follow === 'held' ? 'held' : 'taken';
}
