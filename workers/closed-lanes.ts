import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import type { ServiceName } from '../domain/names.ts';
import type { LaneRuns } from '../infra/postgres/central/lane-runs.ts';
import { untraced } from '../infra/telemetry/trace-context.ts';
import { boundedCalls } from '../infra/temporal/bounded-calls.ts';
import { laneWorkflowId } from '../workflows/messages/lane.ts';
import { howRunClosed, newestEvent } from './how-closed.ts';

/** Whether somebody has ended a lane in Temporal, which says nothing of it by itself: the next run just goes on. */
export interface ClosedLanes {
  /**
   * Of the run that is open now. One that somebody closed before it is told of, once.
   * @throws when Temporal or the database doesn't answer in time: nothing is told or noted then, and hearing it again does so
   */
  heard(service: ServiceName, runId: string): Promise<void>;
}

/** For all that is asked about one lane. */
const answerMs = 5_000;

/** Neither Temporal nor the database is asked again while a lane stays in the same run. */
export function createClosedLanes(client: Client, runs: LaneRuns, stop: AbortSignal): ClosedLanes {
  const known = new Map<ServiceName, string>();
  const within = boundedCalls(client, stop);
  return {
    async heard(service, runId) {
      if (known.get(service) === runId) return;
      const before = await runs.read(service);
      if (before === null) await runs.note(service, { before, runId, told: null });
      else if (before !== runId) {
        const became = await untraced(() => within(answerMs, () => becameOf(client, service, before, runId)));
        // Whoever opens the lane next, or has by now, hears of the run that is open then.
        if (!became.isNewest) return;
        const told = became.closed === null ? null : `the lane's workflow ${became.closed}; ${goesOn}`;
        await runs.note(service, { before, runId, told });
      }
      known.set(service, runId);
    },
  };
}

const goesOn = 'another run goes on with what is active, what waits and the lock';

interface Became {
  /** Whether `to` is the newest run. Asked after `before` was read: a newer one that another worker has noted isn't undone. */
  readonly isNewest: boolean;
  /** How somebody closed the run `from`, or one after it. */
  readonly closed: string | null;
}

async function becameOf(client: Client, service: ServiceName, from: string, to: string): Promise<Became> {
  const { runId: newest } = await client.workflow.getHandle(laneWorkflowId(service)).describe();
  if (newest !== to) return { isNewest: false, closed: null };
  return { isNewest: true, closed: await howOneClosed(client, service, from, to) };
}

/** `null` when the lane came from one run into the other by itself, or when Temporal has forgotten. */
async function howOneClosed(client: Client, service: ServiceName, from: string, to: string): Promise<string | null> {
  try {
    for (let runId = from; runId !== to;) {
      const described = await client.workflow.getHandle(laneWorkflowId(service), runId).describe();
      if (described.status.name !== 'CONTINUED_AS_NEW') return await howRunClosed(client, described);
      const continued = (await newestEvent(client, described))?.workflowExecutionContinuedAsNewEventAttributes;
      runId = continued?.newExecutionRunId ?? to;
    }
    return null;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return null;
    throw error;
  }
}
