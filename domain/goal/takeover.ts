import type { Generation } from '../names.ts';
import { compareAttempts } from './attempt.ts';
import type { Attempt } from './attempt.ts';
import type { RowStanding } from './content.ts';

/** What a workflow knew when its step was fenced; generation 0 when it has heard of none. */
export interface Known {
  readonly attempt: Attempt;
  readonly generation: Generation | 0;
}

/**
 * `take over`: go on from the row's attempt and generation. `held`: the region is held, a person decides. `undone`: the
 * deployment undoes everywhere. `give up`: the step is over; its deployment isn't the region's any more, or the row gives
 * no reason to try again.
 */
export type Following =
  | { readonly follow: 'take over' | 'held' | 'undone'; readonly attempt: Attempt; readonly generation: Generation }
  | { readonly follow: 'give up'; readonly reason: string };

/**
 * What a workflow does when a step or the watch of a batch ended `fenced`. Only two things may be followed: a higher
 * local count (someone acted inside the region) and a generation raised after a restore (docs/goal-protocol.md §2).
 */
export function followFenced(
  fenced: { readonly row: RowStanding | null; readonly reason: string },
  known: Known,
): Following {
  const { row, reason } = fenced;
  if (row === null || row.attempt.deployment !== known.attempt.deployment) return { follow: 'give up', reason };
  const ahead = compareAttempts(row.attempt, known.attempt) || row.generation - known.generation;
  const { attempt, generation } = row;
  if (row.mode === 'undo') return { follow: 'undone', attempt, generation };
  if (row.mode === 'hold' && ahead >= 0) return { follow: 'held', attempt, generation };
  return ahead > 0 ? { follow: 'take over', attempt, generation } : { follow: 'give up', reason };
}

/** Whether a watch still watches what it was started for; it ends `fenced` as soon as it doesn't. */
export function isWatched(row: RowStanding | null, known: Known, mode: RowStanding['mode']): boolean {
  return (
    row !== null &&
    compareAttempts(row.attempt, known.attempt) === 0 &&
    row.generation === known.generation &&
    row.mode === mode
  );
}
