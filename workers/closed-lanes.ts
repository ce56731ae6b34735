import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import type { ServiceName } from '../domain/names.ts';
import type { LaneRuns } from '../infra/postgres/central/lane-runs.ts';
import { untraced } from '../infra/telemetry/trace-context.ts';
import { laneWorkflowId } from '../workflows/messages/lane.ts';
import { howClosed } from './how-closed.ts';

/** Whether somebody has ended a lane in Temporal, which says nothing of it by itself: the next run just goes on. */
export interface ClosedLanes {
  /** Of the run that is open now. One that somebody closed before it is told of, once. */
  heard(service: ServiceName, runId: string): Promise<void>;
}

/** Neither Temporal nor the database is asked again while a lane stays in the same run. */
export function createClosedLanes(client: Client, runs: LaneRuns): ClosedLanes {
  const known = new Map<ServiceName, string>();
  return {
    async heard(service, runId) {
      if (known.get(service) === runId) return;
      const before = await runs.read(service);
      if (before !== runId) {
        const closed = before === null ? null : await untraced(() => howOneClosed(client, service, before, runId));
        const told = closed === null ? null : `the lane's workflow ${closed}; ${goesOn}`;
        await runs.note(service, { before, runId, told });
      }
      known.set(service, runId);
    },
  };
}

const goesOn = 'another run goes on with what is active, what waits and the lock';

/** `null` when the lane came from one run into the other by itself, or when Temporal has forgotten. */
async function howOneClosed(client: Client, service: ServiceName, from: string, to: string): Promise<string | null> {
  const workflowId = laneWorkflowId(service);
  try {
    for (let runId = from; runId !== to;) {
      const { status } = await client.workflow.getHandle(workflowId, runId).describe();
      if (status.name !== 'CONTINUED_AS_NEW') return await howClosed(client, workflowId, runId);
      runId = (await continuedIn(client, workflowId, runId)) ?? to;
    }
    return null;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return null;
    throw error;
  }
}

async function continuedIn(client: Client, workflowId: string, runId: string): Promise<string | null> {
  const newest = { namespace: client.options.namespace, execution: { workflowId, runId }, maximumPageSize: 1 };
  const { history } = await client.workflowService.getWorkflowExecutionHistoryReverse(newest);
  return history?.events?.[0]?.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId ?? null;
}
