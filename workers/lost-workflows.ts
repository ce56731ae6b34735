import { WorkflowFailedError, WorkflowNotFoundError } from '@temporalio/client';
import type { Client } from '@temporalio/client';
import type { RegionUndoEnd } from '../activities/recovery/contract.ts';
import type { LostWorkflows } from '../activities/recovery/lost-workflows.ts';
import { deploymentWorkflowId } from '../workflows/messages/deployment.ts';
import type { RegionUndoResult } from '../workflows/messages/region.ts';
import { regionRolloutWorkflowId, regionUndoWorkflowId } from '../workflows/messages/region.ts';

/** What recovery closes names this as its reason, so that people who look in Temporal know who did it. */
const reason = 'its deployment is ended by recovery';

/** @see LostWorkflows */
export function createLostWorkflows(client: Client): LostWorkflows {
  return {
    async closeDeployment({ service, deployment }) {
      const workflowId = deploymentWorkflowId(service, deployment);
      const closed = await howClosed(client, workflowId);
      if (closed !== null) return closed;
      await terminate(client, workflowId);
      return 'was reset in Temporal';
    },
    async closeRollouts({ service, deployment }, regions) {
      const ids = regions.map((region) => regionRolloutWorkflowId(service, deployment, region));
      await Promise.all(ids.map((id) => terminate(client, id)));
    },
    async untilRegionUndone({ service, deployment }, region, signal) {
      const handle = client.workflow.getHandle(regionUndoWorkflowId(service, deployment, region));
      try {
        return await client.withAbortSignal(signal, () => handle.result() as Promise<RegionUndoResult>);
      } catch (error) {
        if (!(error instanceof WorkflowFailedError || error instanceof WorkflowNotFoundError)) throw error;
        return { outcome: 'lost', reason: 'its undo was closed in Temporal' } satisfies RegionUndoEnd;
      }
    },
  };
}

/** Whatever has ended by itself meanwhile needs no end. */
async function terminate(client: Client, workflowId: string): Promise<void> {
  try {
    await client.workflow.getHandle(workflowId).terminate(reason);
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
  }
}

/** In words that follow "its workflow"; `null` while it runs. */
async function howClosed(client: Client, workflowId: string): Promise<string | null> {
  try {
    const { status } = await client.workflow.getHandle(workflowId).describe();
    if (status.name === 'RUNNING' || status.name === 'PAUSED') return null;
    if (status.name !== 'TERMINATED') return `was closed in Temporal (${status.name.toLowerCase().replace('_', ' ')})`;
    return `was terminated in Temporal${await byWhom(client, workflowId)}`;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return 'is not known to Temporal any more';
    throw error;
  }
}

/** ` by mo@host: by mistake`; empty when Temporal doesn't say: nothing waits for that. */
async function byWhom(client: Client, workflowId: string): Promise<string> {
  const newest = { namespace: client.options.namespace, execution: { workflowId }, maximumPageSize: 1 };
  const answer = await client.workflowService.getWorkflowExecutionHistoryReverse(newest).catch(() => null);
  const { identity, reason: why } = answer?.history?.events?.[0]?.workflowExecutionTerminatedEventAttributes ?? {};
  return `${identity ? ` by ${identity}` : ''}${why ? `: ${why.slice(0, maxReason)}` : ''}`;
}

const maxReason = 300;
