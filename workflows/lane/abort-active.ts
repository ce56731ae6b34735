import { getExternalWorkflowHandle, log, patched } from '@temporalio/workflow';
import type { ActiveStanding } from '../../domain/lane/hotfix.ts';
import type { ActiveReach } from '../../domain/lane/lane-decisions.ts';
import type { DeploymentNumber } from '../../domain/names.ts';
import { lanes } from '../activity-options/control.ts';
import { abortSignal, deploymentWorkflowId, type AbortMessage } from '../messages/deployment.ts';
import { recoveryWorkflowId } from '../messages/recovery.ts';
import type { LaneRun } from './lane-run.ts';

/** How far what is active has come; the deployment decides that, not the lane. */
export async function standingOfActive({ service, state }: LaneRun): Promise<ActiveStanding> {
  if (state.active === null) return { reach: 'none' };
  const { deployment } = state.active;
  const { state: standing, outcome, reach, hooked, ends } = await lanes.describeDeployment({ service, deployment });
  // Over, and the lane is about to hear of it: what it left behind counts.
  if (standing === 'ended') return { reach: outcome === 'succeeded' ? 'finishing' : 'none' };
  return { reach, hooked, ends };
}

export const reachOfActive = async (run: LaneRun): Promise<ActiveReach> => (await standingOfActive(run)).reach;

/** A signal, as a lane waits for no deployment. */
export async function abort(run: LaneRun, deployment: DeploymentNumber, message: AbortMessage): Promise<void> {
  const active = getExternalWorkflowHandle(deploymentWorkflowId(run.service, deployment));
  await active.signal(abortSignal, message).catch(async (error: unknown) => {
    log.warn('a deployment that ended meanwhile was not aborted', { deployment, error });
    // Or somebody closed its workflow, and recovery has its place. Not in histories of the version before.
    if (!patched('recovery-is-aborted')) return;
    const recovering = getExternalWorkflowHandle(recoveryWorkflowId(run.service, deployment));
    await recovering.signal(abortSignal, message).catch(() => undefined);
  });
}
