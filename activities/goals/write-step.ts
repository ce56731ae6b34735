import { ApplicationFailure } from '@temporalio/activity';
import { standingOf } from '../../domain/goal/content.ts';
import { decideStep } from '../../domain/goal/fencing.ts';
import type { GoalRow, GoalStep, StepDecision } from '../../domain/goal/goal.ts';
import type { Generation, RegionName } from '../../domain/names.ts';
import type { Fenced, Written } from './contract.ts';
import type { GoalStore, GoalTransaction, GoalWrite, StoredAdmission, StoredGoal } from './goal-store.ts';
import type { HostReports } from './host-reports.ts';
import { neededAdmissions, signGoal } from './sign-goal.ts';
import type { Director } from './sign-goal.ts';
import { indexSigner } from './sign-index.ts';

/** What the goal activities of one region work with. */
export interface GoalParts {
  readonly region: RegionName;
  readonly store: GoalStore;
  readonly reports: HostReports;
  readonly director: Director;
  /** Of the step that runs, to stand beside the goal that it writes. */
  readonly currentTraceparent: () => string | null;
}

/** What a step knows that its row may not. */
export interface StepKnowledge {
  readonly centreGeneration?: Generation | 0;
  readonly admission?: StoredAdmission;
  readonly absentAfterMs?: number;
}

/** Of a goal that no begin ever named one for: rollout.absentAfter's default in a spec. */
const defaultAbsentAfterMs = 3 * 60_000;

/** What the row says to the step, without writing anything. */
export function decide(
  { region }: GoalParts,
  transaction: GoalTransaction,
  step: GoalStep,
  { centreGeneration = 0 }: StepKnowledge,
): StepDecision {
  const floors = { centre: centreGeneration, hosts: transaction.hostGeneration, nowMs: transaction.nowMs };
  return decideStep(transaction.stored?.row ?? null, step, floors, { service: transaction.service, region });
}

/** Asks the row, and when it accepts: signs and stores, all under the transaction's lock. */
export async function writeStep(
  parts: GoalParts,
  transaction: GoalTransaction,
  step: GoalStep,
  knowledge: StepKnowledge,
): Promise<StepDecision> {
  const decision = decide(parts, transaction, step, knowledge);
  if (decision.outcome !== 'written') return decision;
  await transaction.storeGoal(signedWrite(parts, transaction, decision.row, knowledge));
  await transaction.storeIndex(indexSigner(parts.director, parts.region));
  return decision;
}

/** What of a transaction a signature needs. */
interface Signable {
  readonly nowMs: number;
  readonly stored: (Pick<StoredGoal, 'admissions'> & Partial<Pick<StoredGoal, 'absentAfterMs'>>) | null;
}

/** The row with its signature, and the admissions that its hosts may need. */
export function signedWrite(
  { director, currentTraceparent }: Pick<GoalParts, 'director' | 'currentTraceparent'>,
  { stored, nowMs }: Signable,
  row: GoalRow,
  { admission, absentAfterMs }: StepKnowledge,
): GoalWrite {
  const brought = admission === undefined ? [] : [admission];
  const admissions = neededAdmissions(row, [...(stored?.admissions ?? []), ...brought]);
  return {
    row,
    ...signGoal(director, row, admissions, nowMs),
    admissions,
    absentAfterMs: absentAfterMs ?? stored?.absentAfterMs ?? defaultAbsentAfterMs,
    traceparent: currentTraceparent(),
  };
}

/** A repeat answers what the first did. */
export const answered = (decision: StepDecision): Written | Fenced =>
  decision.outcome === 'fenced'
    ? fencedBy(decision.row, decision.reason)
    : { outcome: 'written', answer: decision.answer };

export const fencedBy = (row: GoalRow | null, reason: string): Fenced => ({
  outcome: 'fenced',
  reason,
  row: row && standingOf(row),
});

/**
 * A step of another region can only come here by a queue that was mixed up, and would be signed with the wrong key.
 * @throws ApplicationFailure `wrong-region`, terminal.
 */
export function refuseOtherRegion({ region }: GoalParts, input: { readonly region: RegionName }): void {
  if (input.region === region) return;
  throw ApplicationFailure.nonRetryable(`this worker serves ${region}, not ${input.region}`, 'wrong-region');
}
