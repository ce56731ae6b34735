import { WorkflowNotFoundError } from '@temporalio/client';
import { regionName } from '../../domain/names.ts';
import { deploymentWorkflowId } from '../../workflows/messages/deployment.ts';
import { recoveryWorkflowId } from '../../workflows/messages/recovery.ts';
import { regionRolloutWorkflowId, regionUndoWorkflowId } from '../../workflows/messages/region.ts';
import type { DeploymentRef } from '../service/follow-deployment.ts';
import type { BenchStack } from '../stack/bench-stack.ts';

export async function isRunning({ temporal }: BenchStack, workflowId: string): Promise<boolean> {
  try {
    return (await temporal.workflow.getHandle(workflowId).describe()).status.name === 'RUNNING';
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}

/** Types of the activities of a running workflow that have not ended. */
export async function pendingActivities({ temporal }: BenchStack, workflowId: string): Promise<readonly string[]> {
  const { raw } = await temporal.workflow.getHandle(workflowId).describe();
  return (raw.pendingActivities ?? []).map(({ activityType }) => activityType?.name ?? '');
}

/** Ids of what still runs of a deployment. */
export async function openWorkflows(
  stack: BenchStack,
  { service, deployment }: DeploymentRef,
): Promise<readonly string[]> {
  const ids = [
    deploymentWorkflowId(service, deployment),
    recoveryWorkflowId(service, deployment),
    ...stack.shape.regions
      .map(regionName)
      .flatMap((region) => [
        regionRolloutWorkflowId(service, deployment, region),
        regionUndoWorkflowId(service, deployment, region),
      ]),
  ];
  const open = await Promise.all(ids.map((id) => isRunning(stack, id)));
  return ids.filter((_, index) => open[index]);
}
