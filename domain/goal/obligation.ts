import type { OwedStep } from '../obligation/replaces.ts';
import type { RowStanding } from './content.ts';

/**
 * What reconcile does about an obligation in a region whose row it has read:
 * - `apply`: issue its step; the row decides (fencing.ts);
 * - `replaced`: a later deployment was written there, and took the outcome of this one into account when it was;
 * - `void`: a finish in a region that has nothing to finish, or where somebody has undone the deployment since.
 */
export type ObligationDecision = 'apply' | 'replaced' | 'void';

/** Only what was *written in the region* replaces an obligation (docs/goal-protocol.md §6); `null` before any step. */
export function decideObligation(
  owed: Pick<OwedStep, 'kind' | 'attempt'>,
  row: RowStanding | null,
): ObligationDecision {
  if (row === null) return owed.kind === 'finish' ? 'void' : 'apply';
  if (row.attempt.deployment > owed.attempt.deployment) return 'replaced';
  if (owed.kind !== 'finish') return 'apply';
  const isOfThisDeployment = row.attempt.deployment === owed.attempt.deployment;
  return isOfThisDeployment && row.mode !== 'undo' ? 'apply' : 'void';
}
