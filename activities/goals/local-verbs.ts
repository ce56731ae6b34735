import { randomUUID } from 'node:crypto';
import type { StepAnswer } from '../../domain/goal/goal.ts';
import { decideLocalHold, decideLocalRollback } from '../../domain/goal/local-verbs.ts';
import type { ServiceName } from '../../domain/names.ts';
import type { GoalTransaction, StoredGoal } from './goal-store.ts';
import { indexSigner } from './sign-index.ts';
import { signedWrite, type GoalParts } from './write-step.ts';

export interface LocalVerbInput {
  readonly service: ServiceName;
  readonly verb: 'rollback' | 'hold';
  /** Who was logged in. */
  readonly by: string;
  readonly reason: string;
}

export type LocalVerbResult =
  | { readonly outcome: 'unknown service' }
  | { readonly outcome: 'refused'; readonly reason: string }
  /** `repeated`: it stood so already, and nothing was written. `open`: a deployment was under way here. */
  | {
      readonly outcome: 'written' | 'repeated';
      readonly answer: StepAnswer;
      readonly absentAfterMs: number;
      readonly open: boolean;
    };

/**
 * A rollback or hold by someone inside the region (docs/goal-protocol.md §7): the goal, its signature and the record of who
 * did it are one write. The centre's generation isn't asked for: the row has what the region heard of it, and the clock is
 * above it. Whoever waits for hosts asks what they report.
 */
export const actHere = (parts: GoalParts, input: LocalVerbInput): Promise<LocalVerbResult> =>
  parts.store.transact(input.service, (transaction) => {
    const { stored } = transaction;
    return stored === null ? Promise.resolve({ outcome: 'unknown service' }) : act(parts, transaction, stored, input);
  });

async function act(
  parts: GoalParts,
  transaction: GoalTransaction,
  stored: StoredGoal,
  { service, verb, by, reason }: LocalVerbInput,
): Promise<LocalVerbResult> {
  const { row, absentAfterMs } = stored;
  const floors = { centre: 0, hosts: transaction.hostGeneration, nowMs: transaction.nowMs } as const;
  const decide = verb === 'hold' ? decideLocalHold : decideLocalRollback;
  const decision = decide(row, floors, { service, region: parts.region });
  const open = row.next !== null && row.mode !== 'undo';
  if (decision.outcome === 'refused') return decision;
  if (decision.outcome === 'fenced') return { outcome: 'refused', reason: decision.reason };
  const { answer } = decision;
  if (decision.outcome === 'repeat') return { outcome: 'repeated', answer, absentAfterMs, open };
  await transaction.storeGoal(signedWrite(parts, transaction, decision.row, {}));
  await transaction.storeIndex(indexSigner(parts.director, parts.region));
  const { attempt, generation, base } = answer;
  await transaction.storeLocalAct({
    id: randomUUID(),
    verb,
    by,
    reason,
    service,
    host: null,
    goal: { attempt, generation, base: base?.release ?? null, open },
    change: null,
  });
  return { outcome: 'written', answer, absentAfterMs, open };
}
