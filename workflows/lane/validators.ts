/**
 * What is refused before it is accepted, and so leaves no record: the same Update id may be sent again once the lane allows
 * it. While a turn is under way (also the first, in which a fresh lane reads its state) the state is not yet what the
 * message will find, so only its shape is looked at, and its handler answers refusals. Else a deployment that is only being
 * started would be said to have begun, before an abort can find its workflow.
 */
import { decideSubmit, whyNotWithdrawn } from '../../domain/lane/lane-decisions.ts';
import {
  hotfixMistake,
  lockMistake,
  rollbackMistake,
  submitMistake,
  withdrawMistake,
} from '../../domain/lane/message-shape.ts';
import type { SubmitMessage, WithdrawMessage } from '../messages/lane.ts';
import { refuseMistake, refusal } from '../refusal.ts';
import type { LaneRun } from './lane-run.ts';
import { answeredBefore, withdrawnBefore } from './lane-run.ts';

/** A repeat gets its first answer, whatever has become of the lane since. */
export const validatorsOf = (run: LaneRun) => ({
  submit(message: SubmitMessage): void {
    refuseMistake(submitMistake(run.service, message));
    if (!run.isIdle() || answeredBefore(run, 'submit', message.request.key) !== undefined) return;
    const decision = decideSubmit(run.state, message);
    if (decision.outcome === 'refuse') throw refusal(decision.code, decision.message);
  },
  withdraw(message: WithdrawMessage): void {
    refuseMistake(withdrawMistake(message));
    if (!run.isIdle() || withdrawnBefore(run, message)) return;
    const why = whyNotWithdrawn(run.state, run.service, message.deployment);
    if (why !== null) throw refusal('refused', why);
  },
  hotfixable: (message: unknown): void => refuseMistake(hotfixMistake(message)),
  /** Of lock and unlock. */
  lockable: (message: unknown): void => refuseMistake(lockMistake(message)),
  rollbackable: (message: unknown): void => refuseMistake(rollbackMistake(message)),
});
