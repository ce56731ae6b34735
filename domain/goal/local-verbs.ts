import type { RegionName, ServiceName } from '../names.ts';
import type { Attempt } from './attempt.ts';
import { decideStep } from './fencing.ts';
import type { GenerationFloors, GoalRow, StepDecision, UndoStep } from './goal.ts';
import { hasBegun, write } from './write-row.ts';

interface Where {
  readonly service: ServiceName;
  readonly region: RegionName;
}

export type LocalDecision = StepDecision | { readonly outcome: 'refused'; readonly reason: string };

/** A hold by someone inside the region, with the centre gone. The higher local count tells the deployment, later. */
export function decideLocalHold(row: GoalRow, floors: GenerationFloors, where: Where): LocalDecision {
  const { controlRevision } = row;
  const id = `hold:${controlRevision}`;
  return decideStep(row, { kind: 'hold', id, attempt: raised(row), controlRevision, outcomes: [] }, floors, where);
}

/**
 * A rollback by someone inside the region. A deployment that is open there is undone; without one the base is, for good
 * or bad, what is to be left, so it becomes `previous` (docs/goal-protocol.md §7).
 */
export function decideLocalRollback(row: GoalRow, floors: GenerationFloors, where: Where): LocalDecision {
  const { controlRevision, previous } = row;
  const step: UndoStep = { kind: 'undo', id: 'undo', attempt: raised(row), controlRevision, outcomes: [] };
  if (row.next !== null || row.mode === 'undo' || !hasBegun(row)) return decideStep(row, step, floors, where);
  if (previous === null) return { outcome: 'refused', reason: 'no earlier release is known in this region' };
  return write(row, step, floors, {
    ...row,
    attempt: step.attempt,
    mode: 'undo',
    base: previous,
    previous: null,
    keep: [],
  });
}

const raised = ({ attempt }: GoalRow): Attempt => ({ ...attempt, local: attempt.local + 1 });
