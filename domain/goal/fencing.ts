import type { RegionName, ServiceName } from '../names.ts';
import { compareAttempts } from './attempt.ts';
import { decideBegin } from './begin.ts';
import { decideHold, decideResume, decideUndo } from './control.ts';
import type { GenerationFloors, GoalRow, GoalStep, StepDecision } from './goal.ts';
import { decideAdvance, decideFinish } from './rollout-steps.ts';
import { fenced } from './write-row.ts';

/**
 * Whether a step may write the goal row of one service in one region, and what it writes (docs/goal-protocol.md §2, §3).
 * - `written`: store the row by compare-and-set against `row`, and sign it;
 * - `repeat`: the step is the row's last one, its stored answer is given again and nothing is stored;
 * - `fenced`: the row is ahead of the step; it comes along so that a workflow can follow it (takeover.ts).
 */
export function decideStep(
  row: GoalRow | null,
  step: GoalStep,
  floors: GenerationFloors,
  where: { readonly service: ServiceName; readonly region: RegionName },
): StepDecision {
  if (row !== null && isRepeat(row, step)) return { outcome: 'repeat', answer: row.lastStep.answer };
  if (row !== null && isUndone(row, step)) return fenced(row, 'the deployment was undone here');
  switch (step.kind) {
    case 'begin':
      return decideBegin(row, step, floors, where);
    case 'advance':
      return decideAdvance(row, step, floors);
    case 'finish':
      return decideFinish(row, step, floors);
    case 'hold':
      return decideHold(row, step, floors, where);
    case 'resume':
      return decideResume(row, step, floors);
    case 'undo':
      return decideUndo(row, step, floors, where);
  }
}

/** After an undo any undo of the same deployment is its repeat: whoever asks, it has been written. */
function isRepeat(row: GoalRow, step: GoalStep): boolean {
  if (step.kind === 'undo' && isUndone(row, step)) return true;
  return row.lastStep.id === step.id && compareAttempts(row.lastStep.attempt, step.attempt) === 0;
}

const isUndone = (row: GoalRow, step: GoalStep): boolean =>
  row.mode === 'undo' && row.attempt.deployment === step.attempt.deployment;
