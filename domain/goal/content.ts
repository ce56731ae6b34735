import type { Generation } from '../names.ts';
import type { Attempt } from './attempt.ts';
import type { GoalContent, GoalMode, GoalRow } from './goal.ts';

/** What a row tells its hosts. Dates and admissions are added when it is signed, and again when it is re-signed. */
export function goalContentOf(row: GoalRow): GoalContent {
  const { service, region, generation, attempt, mode, base, next, keep, cut, canaries } = row;
  return { service, region, generation, attempt, step: row.lastStep.id, mode, base, next, keep, cut, canaries };
}

/** Where a row stands: what a workflow needs of it when its step was `fenced`. */
export interface RowStanding {
  readonly attempt: Attempt;
  readonly generation: Generation;
  readonly mode: GoalMode;
}

export const standingOf = (row: GoalRow): RowStanding => ({
  attempt: row.attempt,
  generation: row.generation,
  mode: row.mode,
});
