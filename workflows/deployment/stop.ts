import { CancellationScope, isCancellation } from '@temporalio/workflow';
import type { Stop } from '../../domain/deployment/ending.ts';
import { cancelledChild, faultReason } from '../faults.ts';
import { now } from '../now.ts';
import type { DeploymentRun } from './deployment-run.ts';

export const failed = (reason: string): Stop => ({ cause: 'failed', hold: false, by: 'slipway', reason, at: now() });

/** Cancel, from Temporal's own tools, is an abort by whoever may use them; also of what the deployment has begun. */
export const cancelledInTemporal = (reason = 'cancelled in Temporal'): Stop => ({
  cause: 'aborted',
  hold: false,
  by: 'temporal',
  reason,
  at: now(),
});

/**
 * Goes forward until it is done (`null`), stops by itself, or is interrupted by a message. When this answers, nothing that
 * goes forward runs any more, or what does is fenced.
 */
export async function untilStopped(run: DeploymentRun, forward: () => Promise<Stop | null>): Promise<Stop | null> {
  const scope = new CancellationScope();
  run.interrupt = () => scope.cancel();
  try {
    return (await scope.run(forward)) ?? run.stop;
  } catch (error) {
    if (isCancellation(error)) return run.stop ?? cancelledInTemporal(cancelledChild(error) ?? undefined);
    return failed(faultReason(error));
  } finally {
    scope.cancel();
  }
}
