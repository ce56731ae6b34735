import type { GenerationFloors, GoalRow, GoalStep, StepAnswer, StepDecision } from './goal.ts';
import { nextGeneration } from './generation.ts';

/** A row before it has its generation and the step that wrote it. */
export type RowDraft = Omit<GoalRow, 'generation' | 'lastStep'>;

/** Gives the row its generation, and keeps the step's answer in it for a repeat. */
export function write(before: GoalRow | null, step: GoalStep, floors: GenerationFloors, draft: RowDraft): StepDecision {
  const generation = nextGeneration(before?.generation ?? 0, floors);
  const { attempt, mode, controlRevision, cut, base, next, snapshot } = draft;
  const answer: StepAnswer = { attempt, generation, mode, controlRevision, cut, base, next, snapshot };
  const row: GoalRow = { ...draft, generation, lastStep: { id: step.id, attempt: step.attempt, answer } };
  return { outcome: 'written', row, answer };
}

/** False where a deployment was held or undone before its begin arrived: it has no hosts here, and never gets any. */
export const hasBegun = (row: GoalRow): boolean => row.snapshot !== null;

/** `reason` is one sentence for people. */
export const fenced = (row: GoalRow | null, reason: string): StepDecision => ({ outcome: 'fenced', row, reason });
