import type { Generation } from '../names.ts';
import { compareAttempts } from './attempt.ts';
import type { Attempt } from './attempt.ts';
import type { GoalMode } from './goal.ts';

/** The part of an intent that orders it against another of the same service and region. */
export interface IntendedStep {
  readonly attempt: Attempt;
  /** Id of the step, as in `GoalStep`. */
  readonly step: string;
  readonly mode: GoalMode;
  /** The last generation that the deployment had heard of in the region. */
  readonly knownGeneration: Generation | 0;
}

/**
 * Whether `newer` takes the place of `older` as the centre's last intent. A restored region becomes what that says
 * (docs/goal-protocol.md §9), so within one deployment nothing follows an undo but an undo of a later attempt: what a
 * cancelled step records late must not bring the undone release back, however much more of the region it knew. Else a later
 * attempt does, and within one the step that knows the later generation, since each step knows what the one before wrote;
 * a repeat isn't newer.
 */
export function replacesIntent(newer: IntendedStep, older: IntendedStep): boolean {
  const attempts = compareAttempts(newer.attempt, older.attempt);
  if (newer.attempt.deployment !== older.attempt.deployment) return attempts > 0;
  if (older.mode === 'undo') return newer.mode === 'undo' && attempts > 0;
  if (newer.mode === 'undo') return true;
  const order = attempts || newer.knownGeneration - older.knownGeneration;
  return order > 0 || (order === 0 && newer.step !== older.step);
}
