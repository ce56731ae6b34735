import { WorkflowExecutionAlreadyStartedError, WorkflowNotFoundError } from '@temporalio/client';
import type { Client } from '@temporalio/client';
import type { DeploymentStart, DeploymentWorkflows } from '../activities/lane/deployment-workflows.ts';
import { deploymentTitle, originDetails } from '../domain/progress/details.ts';
import { summaryLine } from '../domain/progress/summary-line.ts';
import { inTrace } from '../infra/telemetry/trace-context.ts';
import { deploymentWorkflowId } from '../workflows/messages/deployment.ts';
import type { DeploymentInput } from '../workflows/messages/deployment.ts';
import { controlQueue } from '../workflows/messages/queues.ts';
import { recoveryStart } from '../workflows/messages/recovery.ts';
import { searchAttribute } from '../workflows/search-attributes.ts';

/** Deployments in Temporal, by workflow id and never by visibility, which lags behind. */
export function createDeploymentWorkflows(client: Client): DeploymentWorkflows {
  return {
    start: (start) =>
      // In the trace of the merge, which has waited in the lane meanwhile.
      inTrace(start.traceparent, 'start deployment', { 'slipway.service': start.service }, async () => {
        try {
          const { firstExecutionRunId } = await client.workflow.start('deployment', startOptions(start));
          return { runId: firstExecutionRunId, isNew: true };
        } catch (error) {
          if (error instanceof WorkflowExecutionAlreadyStartedError)
            return { runId: await runIdOf(client, start), isNew: false };
          throw error;
        }
      }),

    async find({ service, deployment }) {
      try {
        const { status, runId } = await client.workflow.getHandle(deploymentWorkflowId(service, deployment)).describe();
        const running = status.name === 'RUNNING' || status.name === 'PAUSED';
        return { state: running ? 'running' : 'closed', runId };
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return { state: 'absent', runId: null };
        throw error;
      }
    },

    async recover(ref) {
      await client.workflow.start('recovery', { ...recoveryStart(ref), workflowIdConflictPolicy: 'USE_EXISTING' });
    },
  };
}

async function runIdOf(client: Client, { service, deployment }: DeploymentStart): Promise<string | null> {
  try {
    return (await client.workflow.getHandle(deploymentWorkflowId(service, deployment)).describe()).runId;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return null;
    throw error;
  }
}

function startOptions(start: DeploymentStart) {
  const { service, deployment, release } = start;
  return {
    workflowId: deploymentWorkflowId(service, deployment),
    // A number is given once: neither a second run beside the first nor another after it.
    workflowIdReusePolicy: 'REJECT_DUPLICATE' as const,
    workflowIdConflictPolicy: 'FAIL' as const,
    taskQueue: controlQueue,
    args: [start satisfies DeploymentInput] as [DeploymentInput],
    staticSummary: summaryOf(start),
    staticDetails: originDetails(start.source, start.checkout),
    typedSearchAttributes: [
      { key: searchAttribute.service, value: service as string },
      { key: searchAttribute.release, value: `${service}@${release}` },
      { key: searchAttribute.stage, value: 'queued' },
    ],
    memo: { deployment: `${service}/${deployment}` },
  };
}

/** `checkout/87 rollout of checkout@412: Fix double charge` */
function summaryOf(start: DeploymentStart): string {
  const { source } = start;
  const why = source.from === 'merge' ? source.subject : (source.reason ?? `asked for by ${source.person}`);
  return summaryLine(`${deploymentTitle(start)}: ${why}`);
}
