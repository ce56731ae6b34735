import {
  isGrpcCancelledError,
  isGrpcDeadlineError,
  WorkflowNotFoundError,
  type Client,
  type WorkflowExecutionDescription,
} from '@temporalio/client';

/** How the newest run of a workflow was closed, in words that follow "its workflow"; `null` while it runs. */
export async function howClosed(client: Client, workflowId: string): Promise<string | null> {
  try {
    return await howRunClosed(client, await client.workflow.getHandle(workflowId).describe());
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return 'is not known to Temporal any more';
    throw error;
  }
}

/** The same of one run, as it was described. */
export async function howRunClosed(client: Client, described: WorkflowExecutionDescription): Promise<string | null> {
  const { status, raw, workflowId } = described;
  if (status.name === 'RUNNING' || status.name === 'PAUSED') return null;
  if (status.name === 'CANCELLED') return 'was cancelled in Temporal';
  if (status.name !== 'TERMINATED') return `was closed in Temporal (${status.name.toLowerCase().replace('_', ' ')})`;
  // Its server has ended it for a new run, which somebody made.
  const { resetRunId } = raw.workflowExtendedInfo ?? {};
  if (resetRunId) return (await howReset(client, workflowId, resetRunId)) ?? 'was reset in Temporal';
  return `was terminated in Temporal${await byWhom(client, described)}`;
}

/** ` by mo@host: by mistake`; empty when Temporal doesn't say: nothing waits for that. */
async function byWhom(client: Client, described: WorkflowExecutionDescription): Promise<string> {
  const newest = await newestEvent(client, described).catch(nothingUnlessCutOff);
  const { identity, reason: why } = newest?.workflowExecutionTerminatedEventAttributes ?? {};
  return `${identity && identity !== nobody ? ` by ${identity}` : ''}${why ? `: ${why.slice(0, maxReason)}` : ''}`;
}

/** The last one that a run has in its history, which says how it ended; `null` when Temporal has none of it any more. */
export async function newestEvent(client: Client, { workflowId, runId }: WorkflowExecutionDescription) {
  const newest = { namespace: client.options.namespace, execution: { workflowId, runId }, maximumPageSize: 1 };
  const { history } = await client.workflowService.getWorkflowExecutionHistoryReverse(newest);
  return history?.events?.[0] ?? null;
}

/**
 * `was reset in Temporal: to try again`, with what whoever made this run by a reset gave as a reason; who that was Temporal
 * doesn't keep. `null` when nobody did.
 * @param runId the newest run unless given
 */
export async function howReset(client: Client, workflowId: string, runId?: string): Promise<string | null> {
  const history = await client.workflow.getHandle(workflowId, runId).fetchHistory().catch(nothingUnlessCutOff);
  const failures = (history?.events ?? []).map((event) => event.workflowTaskFailedEventAttributes);
  const reset = failures.findLast((failed) => failed?.newRunId);
  if (!reset) return null;
  const why = reset.failure?.message;
  return `was reset in Temporal${why ? `: ${why.slice(0, maxReason)}` : ''}`;
}

/** Who gave the call only so long, or stops, asks again another time: that Temporal knows nothing would be a guess. */
function nothingUnlessCutOff(error: unknown): null {
  if (isGrpcDeadlineError(error) || isGrpcCancelledError(error)) throw error;
  return null;
}

/** Temporal's own name, where whoever asked gave none: its Web UI does so for who isn't signed in there. */
const nobody = 'frontend-service';

const maxReason = 300;
