import { WithStartWorkflowOperation } from '@temporalio/client';
import type { Client, WorkflowUpdateHandle } from '@temporalio/client';
import type { DeploymentRequest } from '../activities/lane/contract.ts';
import type { ServiceName } from '../domain/names.ts';
import type { LaneAnswer } from '../infra/postgres/central/inbox-records.ts';
import { inTrace, untraced } from '../infra/telemetry/trace-context.ts';
import { boundedCalls } from '../infra/temporal/bounded-calls.ts';
import { callFailure } from '../infra/temporal/failure-kind.ts';
import { laneStart, laneWorkflowId, lookSignal, submitUpdate } from '../workflows/messages/lane.ts';
import type { SubmitAnswer } from '../workflows/messages/lane.ts';

/** The lanes, as the inbox loop sees them. */
export interface Lanes {
  /** Hands a merge to its lane, which is started when it isn't open. @throws when Temporal or the lane doesn't answer */
  submit(request: DeploymentRequest): Promise<LaneAnswer>;
  /** Starts the lane of a service unless it is open. @returns the run that is open then */
  open(service: ServiceName): Promise<string>;
  /** Has an open lane look what Postgres has opened. */
  look(service: ServiceName): Promise<void>;
}

/** A lane accepts within milliseconds; a worker that is being replaced takes some seconds. */
const acceptMs = 5_000;
/** The number is given right after. If it isn't by then, the row is looked at again later. */
const answerMs = 5_000;

export function createLanes(client: Client, stop: AbortSignal): Lanes {
  const within = boundedCalls(client, stop);
  return {
    submit: (request) =>
      inTrace(
        request.traceparent,
        'deliver merge',
        { 'slipway.service': request.service, 'slipway.request': request.key },
        async () => {
          const update = await within(acceptMs, () => startUpdate(client, request));
          return within(answerMs, () => answerOf(update));
        },
      ),

    // Asked again every few seconds: no trace of it.
    open: (service) =>
      untraced(async () => {
        const lane = await within(acceptMs, () => client.workflow.start('lane', laneStart(service)));
        return lane.firstExecutionRunId;
      }),
    look: (service) =>
      untraced(() => within(acceptMs, () => client.workflow.getHandle(laneWorkflowId(service)).signal(lookSignal))),
  };
}

function startUpdate(client: Client, request: DeploymentRequest): Promise<WorkflowUpdateHandle<SubmitAnswer>> {
  return client.workflow.startUpdateWithStart(submitUpdate, {
    // A repeat within one run of the lane is the same update; over runs its key finds the same deployment.
    updateId: request.key,
    args: [{ request, queueWhenLocked: true }],
    waitForStage: 'ACCEPTED',
    startWorkflowOperation: new WithStartWorkflowOperation('lane', laneStart(request.service)),
  });
}

async function answerOf(update: WorkflowUpdateHandle<SubmitAnswer>): Promise<LaneAnswer> {
  try {
    const answer = await update.result();
    return answer.outcome === 'refused' ? { outcome: 'refused', reason: answer.message } : { outcome: 'accepted' };
  } catch (error) {
    const failure = callFailure(error);
    if (failure === null) throw error;
    // Accepted, and no answer yet or the lane's run ended meanwhile: nobody refused it.
    return failure.kind === 'refused' ? { outcome: 'refused', reason: failure.message } : { outcome: 'accepted' };
  }
}
