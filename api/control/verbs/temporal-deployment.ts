import { randomUUID } from 'node:crypto';
import type { Client, WorkflowHandle } from '@temporalio/client';
import type { DeploymentNumber, ServiceName } from '../../../domain/names.ts';
import { noWorkerCause, startWorkerStep, type NoWorker } from '../../../domain/progress/no-worker.ts';
import { callFailure } from '../../../infra/temporal/failure-kind.ts';
import { deploymentReference } from '../../../protocol/api/object-reference.ts';
import {
  deploymentWorkflowId,
  statusQuery,
  type DeploymentStatus,
  type MessageAnswer,
} from '../../../workflows/messages/deployment.ts';
import { recoveryWorkflowId } from '../../../workflows/messages/recovery.ts';
import { ProblemError } from '../../http/problem-error.ts';
import type { MissingWorkers } from '../operations/missing-workers.ts';
import type { DeploymentMessages, DeploymentObject } from './deployment-messages.ts';
import { answered, answerMs, answerTo, queryMs, unavailable, type Away } from './temporal-answer.ts';

/** @param workers says of which deployments no worker runs: nobody answers for them, though Temporal does */
export function deploymentMessages(client: Client, workers: Pick<MissingWorkers, 'missingFor'>): DeploymentMessages {
  const awayOf =
    ({ service, number }: DeploymentObject): Away =>
    () => {
      const missing = workers.missingFor(deploymentReference(service, number));
      return missing === null ? unavailable() : unworked(service, number, missing);
    };
  return {
    async send(object, verb, message, key) {
      const sent = randomUUID();
      const sendAs = (updateId: string): Promise<MessageAnswer> =>
        answered(
          client,
          answerMs,
          () =>
            byItsCarrier(client, object, (handle) =>
              handle.executeUpdate<MessageAnswer, [object]>(verb, { args: [{ ...message, sent }], updateId }),
            ),
          awayOf(object),
        );
      for (let id = key; ;) {
        const answer = await sendAs(id);
        if (!isForThatMoment(answer) || answer.sent === sent) return answer;
        id = afterRefusal(key, answer);
      }
    },
    async answered(object, key) {
      const { service, number } = object;
      const ask = (workflowId: string, id: string) => answerTo<MessageAnswer>(client, workflowId, id, awayOf(object));
      for (let id = key; ;) {
        const own = await ask(deploymentWorkflowId(service, number), id);
        const answer = own ?? (await ask(recoveryWorkflowId(service, number), id));
        if (answer === null || !isForThatMoment(answer)) return answer;
        id = afterRefusal(key, answer);
      }
    },
    status: (object) => answered(client, queryMs, () => statusOf(client, object), awayOf(object)),
  };
}

/** A worker that has been started is seen by then. */
const untilNextLookSeconds = 15;

/**
 * Temporal's history has an update from when a worker accepts it; before that a server may forget it. One that has started a
 * moment ago, and isn't seen yet, may have taken it all the same.
 */
function unworked(service: ServiceName, number: DeploymentNumber, missing: NoWorker): ProblemError {
  const { text } = startWorkerStep(service, number, missing);
  return new ProblemError(
    'unavailable',
    {
      detail: `${noWorkerCause(missing)}; this is not known to have arrived: nothing is recorded before a worker takes it`,
      next: `${text} Then send it again with the same Idempotency-Key: a repeat does nothing twice.`,
    },
    untilNextLookSeconds,
  );
}

/**
 * Under what a message is sent again whose sending was refused for that moment: its token may be verified by now. By the
 * refusal, so that whoever asks later finds the answer.
 */
const afterRefusal = (key: string, { sent }: MessageAnswer): string => `${key}:${sent}`;

const isForThatMoment = ({ accepted, sent }: MessageAnswer): boolean => !accepted && sent !== undefined;

/** Asks the deployment's own workflow, and if somebody has closed that, the recovery that ends it. */
async function byItsCarrier<R>(
  client: Client,
  { service, number }: DeploymentObject,
  ask: (handle: WorkflowHandle) => Promise<R>,
): Promise<R> {
  try {
    return await ask(client.workflow.getHandle(deploymentWorkflowId(service, number)));
  } catch (error) {
    if (callFailure(error)?.kind !== 'gone') throw error;
    return ask(client.workflow.getHandle(recoveryWorkflowId(service, number)));
  }
}

/** A workflow that is closed still answers queries, with what it knew: where there is a recovery, that knows better. */
async function statusOf(client: Client, { service, number }: DeploymentObject): Promise<DeploymentStatus> {
  try {
    return await client.workflow.getHandle(recoveryWorkflowId(service, number)).query(statusQuery);
  } catch (error) {
    if (callFailure(error)?.kind !== 'gone') throw error;
    return client.workflow.getHandle(deploymentWorkflowId(service, number)).query(statusQuery);
  }
}
