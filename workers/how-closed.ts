import { WorkflowNotFoundError, type Client, type WorkflowExecutionDescription } from '@temporalio/client';

/**
 * How a workflow was closed, in words that follow "its workflow"; `null` while it runs.
 * @param runId of its newest run unless given
 */
export async function howClosed(client: Client, workflowId: string, runId?: string): Promise<string | null> {
  try {
    const described = await client.workflow.getHandle(workflowId, runId).describe();
    const { status, raw } = described;
    if (status.name === 'RUNNING' || status.name === 'PAUSED') return null;
    if (status.name === 'CANCELLED') return 'was cancelled in Temporal';
    if (status.name !== 'TERMINATED') return `was closed in Temporal (${status.name.toLowerCase().replace('_', ' ')})`;
    // Its server has ended it for a new run, which somebody made.
    const { resetRunId } = raw.workflowExtendedInfo ?? {};
    if (resetRunId) return (await howReset(client, workflowId, resetRunId)) ?? 'was reset in Temporal';
    return `was terminated in Temporal${await byWhom(client, described)}`;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return 'is not known to Temporal any more';
    throw error;
  }
}

/** ` by mo@host: by mistake`; empty when Temporal doesn't say: nothing waits for that. */
async function byWhom(client: Client, { workflowId, runId }: WorkflowExecutionDescription): Promise<string> {
  const newest = { namespace: client.options.namespace, execution: { workflowId, runId }, maximumPageSize: 1 };
  const answer = await client.workflowService.getWorkflowExecutionHistoryReverse(newest).catch(() => null);
  const { identity, reason: why } = answer?.history?.events?.[0]?.workflowExecutionTerminatedEventAttributes ?? {};
  return `${identity && identity !== nobody ? ` by ${identity}` : ''}${why ? `: ${why.slice(0, maxReason)}` : ''}`;
}

/**
 * `was reset in Temporal: to try again`, with what whoever made this run by a reset gave as a reason; who that was Temporal
 * doesn't keep. `null` when nobody did.
 * @param runId the newest run unless given
 */
export async function howReset(client: Client, workflowId: string, runId?: string): Promise<string | null> {
  const history = await client.workflow
    .getHandle(workflowId, runId)
    .fetchHistory()
    .catch(() => null);
  const failures = (history?.events ?? []).map((event) => event.workflowTaskFailedEventAttributes);
  const reset = failures.findLast((failed) => failed?.newRunId);
  if (!reset) return null;
  const why = reset.failure?.message;
  return `was reset in Temporal${why ? `: ${why.slice(0, maxReason)}` : ''}`;
}

/** Temporal's own name, where whoever asked gave none: its Web UI does so for who isn't signed in there. */
const nobody = 'frontend-service';

const maxReason = 300;
