import type { RegionName, ServiceName } from '../names.ts';
import { compareAttempts } from './attempt.ts';
import type { BeginStep, GenerationFloors, GoalRow, StepDecision } from './goal.ts';
import { inherit } from './keep.ts';
import { fenced, write } from './write-row.ts';

/**
 * Opens a deployment in a region: `next` is known there from now on, and no host may run it, since there is no `cut`.
 * Needs an attempt higher than the row's, so that a begin which slept through the end of its deployment does nothing.
 */
export function decideBegin(
  row: GoalRow | null,
  step: BeginStep,
  floors: GenerationFloors,
  where: { readonly service: ServiceName; readonly region: RegionName },
): StepDecision {
  if (row !== null && compareAttempts(step.attempt, row.attempt) <= 0) {
    return fenced(row, 'the region has begun this attempt or a later one');
  }
  return write(row, step, floors, {
    ...where,
    ...inherit(row, step.outcomes),
    attempt: step.attempt,
    mode: 'advance',
    controlRevision: row !== null && row.attempt.deployment === step.attempt.deployment ? row.controlRevision : 0,
    next: step.next,
    cut: null,
    canaries: step.canaries,
    snapshot: step.snapshot,
  });
}
