import type { RegionName, ServiceName } from '../names.ts';
import { compareAttempts } from './attempt.ts';
import type { Attempt } from './attempt.ts';
import type { GenerationFloors, GoalRow, HoldStep, ResumeStep, StepDecision, UndoStep } from './goal.ts';
import { inherit } from './keep.ts';
import { fenced, hasBegun, write } from './write-row.ts';
import type { RowDraft } from './write-row.ts';

interface Where {
  readonly service: ServiceName;
  readonly region: RegionName;
}

/** Who hasn't switched doesn't. The judge holds at the revision it knows, so an equal revision is accepted. */
export function decideHold(row: GoalRow | null, step: HoldStep, floors: GenerationFloors, where: Where): StepDecision {
  if (row !== null && compareAttempts(step.attempt, row.attempt) < 0) {
    return fenced(row, 'the region is at a later attempt');
  }
  if (row !== null && sameDeployment(row, step) && step.controlRevision < row.controlRevision) {
    return fenced(row, 'the region has followed a later message');
  }
  return write(row, step, floors, {
    ...takenOver(row, step, where),
    mode: 'hold',
    controlRevision: step.controlRevision,
  });
}

/**
 * Takes a hold back. Needs a *newer* revision: a delayed copy of a resume must not overturn the judge's hold after it,
 * which has the same one.
 */
export function decideResume(row: GoalRow | null, step: ResumeStep, floors: GenerationFloors): StepDecision {
  if (row === null || !sameDeployment(row, step) || !hasBegun(row)) {
    return fenced(row, 'the region has nothing of this deployment to resume');
  }
  if (compareAttempts(step.attempt, row.attempt) < 0) return fenced(row, 'the region is at a later attempt');
  if (step.controlRevision <= row.controlRevision) {
    return fenced(row, 'the region has followed this message or a later one');
  }
  return write(row, step, floors, {
    ...row,
    attempt: step.attempt,
    mode: 'advance',
    controlRevision: step.controlRevision,
  });
}

/**
 * Brings the region to its base. Waits for nobody: the deployment's number decides, whatever was done inside the region
 * and at whatever revision.
 */
export function decideUndo(row: GoalRow | null, step: UndoStep, floors: GenerationFloors, where: Where): StepDecision {
  if (row !== null && step.attempt.deployment < row.attempt.deployment) {
    return fenced(row, 'the region is at a later deployment');
  }
  const draft = takenOver(row, step, where);
  const controlRevision = Math.max(draft.controlRevision, step.controlRevision);
  return write(row, step, floors, { ...draft, mode: 'undo', controlRevision, keep: [] });
}

/**
 * The row under the step's attempt. A deployment whose begin never arrived here takes the row over as a begin would, but
 * brings no release: the begin, should it still come, is fenced by the attempt.
 */
function takenOver(row: GoalRow | null, step: HoldStep | UndoStep, where: Where): RowDraft {
  if (row !== null && sameDeployment(row, step)) return { ...row, attempt: later(row.attempt, step.attempt) };
  return {
    ...where,
    ...inherit(row, step.outcomes),
    attempt: step.attempt,
    mode: 'hold',
    controlRevision: 0,
    next: null,
    cut: null,
    canaries: [],
    snapshot: null,
  };
}

const sameDeployment = (row: GoalRow, step: { readonly attempt: Attempt }): boolean =>
  row.attempt.deployment === step.attempt.deployment;

const later = (a: Attempt, b: Attempt): Attempt => (compareAttempts(a, b) < 0 ? b : a);
