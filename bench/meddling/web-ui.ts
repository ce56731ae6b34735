import { randomUUID } from 'node:crypto';
import type { BenchStack } from '../stack/bench-stack.ts';

/** What Temporal's Web UI offers under "More Actions" that ends a run; a reset goes to one of two workflow tasks. */
export const meddlings = ['cancel', 'terminate', 'reset to the last task', 'reset to the first task'] as const;
export type Meddling = (typeof meddlings)[number];

/** What whoever does it gives as the reason, where the dialog asks for one. */
export const givenReason = 'a mistake';

/** Does it to the newest run of a workflow, as the Web UI of somebody who is not signed in. Answers that run's id. */
export async function meddle(stack: BenchStack, workflowId: string, meddling: Meddling): Promise<string> {
  const { runId } = await stack.temporal.workflow.getHandle(workflowId).describe();
  const run: Run = { stack, workflowId, runId };
  if (meddling === 'cancel') await cancel(run);
  else if (meddling === 'terminate') await terminate(run);
  else await reset(run, meddling === 'reset to the first task' ? 'first' : 'last');
  return runId;
}

interface Run {
  readonly stack: BenchStack;
  readonly workflowId: string;
  readonly runId: string;
}

const target = ({ stack, workflowId, runId }: Run) => ({
  namespace: stack.temporal.options.namespace,
  workflowExecution: { workflowId, runId },
});

/** Its dialog asks for no reason, and names nobody. */
const cancel = (run: Run): Promise<unknown> =>
  run.stack.temporal.workflowService.requestCancelWorkflowExecution({
    ...target(run),
    requestId: randomUUID(),
  });

const terminate = (run: Run): Promise<unknown> =>
  run.stack.temporal.workflowService.terminateWorkflowExecution({
    ...target(run),
    reason: `${givenReason} Terminated from the Web UI`,
  });

/** `RESET_REAPPLY_TYPE_ALL_ELIGIBLE`: signals and updates that came later come again. */
const allEligible = 3;

async function reset(run: Run, to: 'first' | 'last'): Promise<void> {
  const { stack, workflowId, runId } = run;
  const { events } = await stack.temporal.workflow.getHandle(workflowId, runId).fetchHistory();
  const tasks = (events ?? []).filter(
    ({ workflowTaskCompletedEventAttributes }) => workflowTaskCompletedEventAttributes,
  );
  const task = to === 'first' ? tasks[0] : tasks.at(-1);
  if (!task?.eventId) throw new Error(`${workflowId} has no workflow task that it could be reset to`);
  await stack.temporal.workflowService.resetWorkflowExecution({
    ...target(run),
    workflowTaskFinishEventId: task.eventId,
    requestId: randomUUID(),
    reason: `${givenReason} Reset from the Web UI`,
    resetReapplyType: allEligible,
  });
}
