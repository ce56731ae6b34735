import { whyNotWithdrawn } from '../../domain/lane/lane-decisions.ts';
import { lanes } from '../activity-options/control.ts';
import { faultReason } from '../faults.ts';
import { refusalOf, type WithdrawAnswer, type WithdrawMessage } from '../messages/lane.ts';
import type { LaneRun } from './lane-run.ts';
import { happened, remember, withdrawnBefore } from './lane-run.ts';

/** Ends a deployment that still waits in the queue, before it has a workflow. */
export async function withdraw(run: LaneRun, message: WithdrawMessage): Promise<WithdrawAnswer> {
  const { service, state } = run;
  const { deployment, by, key } = message;
  if (withdrawnBefore(run, message)) return { outcome: 'withdrawn' };
  const why = whyNotWithdrawn(state, service, deployment);
  if (why !== null) return { outcome: 'refused', message: why, ...refusalOf(message) };
  const reason = message.reason === '' ? `withdrawn by ${by}` : `withdrawn by ${by}: ${message.reason}`;
  try {
    await lanes.cancelDeployment({ service, deployment, by, reason });
  } catch (error) {
    return { outcome: 'refused', message: faultReason(error), ...refusalOf(message) };
  }
  happened(run, { kind: 'ended', deployment, lock: null });
  remember(run, { verb: 'withdraw', key, deployment });
  return { outcome: 'withdrawn' };
}
