import {
  allHandlersFinished,
  condition,
  getExternalWorkflowHandle,
  setCurrentDetails,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import { lockAfter } from '../../domain/deployment/ending.ts';
import type { LaneLock } from '../../domain/lane/lane.ts';
import { deploymentDetails } from '../../domain/progress/details.ts';
import { outcomeSentence } from '../../domain/progress/outcome.ts';
import { records } from '../activity-options/control.ts';
import type { DeploymentResult } from '../messages/deployment.ts';
import { deploymentEndedSignal, laneWorkflowId } from '../messages/lane.ts';
import { now } from '../now.ts';
import { searchAttribute } from '../search-attributes.ts';
import type { DeploymentRun } from './deployment-run.ts';
import type { Ended } from './ended.ts';
import { leaveFleet } from './slot.ts';
import { shownOf, whyNow } from './standing.ts';

/** Records the outcome, which frees the service, and tells the lane. Called where nothing can be cancelled. */
export async function conclude(run: DeploymentRun, ended: Ended): Promise<DeploymentResult> {
  const { service, deployment } = run.input;
  const { outcome, reason, regions, pending, notUndone } = ended;
  const lock = lockOf(run, ended);
  run.finishing = true;
  run.state = outcome;
  await condition(allHandlersFinished);
  await run.recorded;
  run.sequence += 1;
  await records.finishDeployment({
    service,
    deployment,
    sequence: run.sequence,
    outcome,
    reason,
    regions,
    pending,
    lock,
    buildLog: run.failedBuildLog,
    ...(notUndone && { notUndone }),
    ...(isMadeByReset() && { madeByReset: true }),
  });
  upsertSearchAttributes([{ key: searchAttribute.outcome, value: outcome }]);
  showEnd(run, ended, lock);
  await Promise.all([tellLane(run, outcome), leaveFleet(run)]);
  return { outcome, reason, pending };
}

/**
 * Of a deployment's own workflow: whoever made its run by a reset has thrown away what it knew. Its end isn't taken, and
 * recovery ends the deployment by what the centre knows, as if the lane had found the run before it came to its end.
 */
function isMadeByReset(): boolean {
  const { workflowType, runId, originalExecutionRunId } = workflowInfo();
  return workflowType === 'deployment' && runId !== originalExecutionRunId;
}

function showEnd(run: DeploymentRun, ended: Ended, lock: LaneLock | null): void {
  const shown = shownOf(run);
  const message = outcomeSentence({ ...ended, regions: shown.regions });
  setCurrentDetails(deploymentDetails({ ...run.input, ...shown, message, why: whyNow(run, { ...ended, lock }) }));
}

function lockOf(run: DeploymentRun, { outcome, by, reason, notUndone = [] }: Ended): LaneLock | null {
  if (run.planned === null) return null;
  const { service, deployment, kind } = run.input;
  return lockAfter({ service, deployment, kind, outcome, by, reason, at: now(), notUndone }, run.planned.plan.rollback);
}

/** The lane also asks on a timer, so nothing depends on this but speed. */
async function tellLane({ input }: DeploymentRun, outcome: Ended['outcome']): Promise<void> {
  const lane = getExternalWorkflowHandle(laneWorkflowId(input.service));
  await lane.signal(deploymentEndedSignal, { deployment: input.deployment, outcome }).catch(() => undefined);
}
