import { WorkflowFailedError, WorkflowNotFoundError } from '@temporalio/client';
import type { Client } from '@temporalio/client';
import type { RegionUndoEnd } from '../activities/recovery/contract.ts';
import type { LostWorkflows } from '../activities/recovery/lost-workflows.ts';
import { deploymentWorkflowId } from '../workflows/messages/deployment.ts';
import type { RegionUndoResult } from '../workflows/messages/region.ts';
import { regionRolloutWorkflowId, regionUndoWorkflowId } from '../workflows/messages/region.ts';
import { howClosed, howReset } from './how-closed.ts';

/** What recovery closes names this as its reason, so that people who look in Temporal know who did it. */
const reason = 'its deployment is ended by recovery';

/** @see LostWorkflows */
export function createLostWorkflows(client: Client): LostWorkflows {
  return {
    async closeDeployment({ service, deployment }) {
      const workflowId = deploymentWorkflowId(service, deployment);
      const closed = await howClosed(client, workflowId);
      if (closed === null) await terminate(client, workflowId);
      // One that runs was reset; so may be one that an earlier try of this has closed, or that failed by itself since.
      else if (!closed.endsWith(`: ${reason}`) && !closed.endsWith('(failed)')) return closed;
      return (await howReset(client, workflowId)) ?? closed ?? 'was reset in Temporal';
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
