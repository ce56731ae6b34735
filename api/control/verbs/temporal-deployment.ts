import { randomUUID } from 'node:crypto';
import type { Client, WorkflowHandle } from '@temporalio/client';
import { callFailure } from '../../../infra/temporal/failure-kind.ts';
import {
  deploymentWorkflowId,
  statusQuery,
  type DeploymentStatus,
  type MessageAnswer,
} from '../../../workflows/messages/deployment.ts';
import { recoveryWorkflowId } from '../../../workflows/messages/recovery.ts';
import type { DeploymentMessages, DeploymentObject } from './deployment-messages.ts';
import { answered, answerMs, answerTo, queryMs } from './temporal-answer.ts';

export function deploymentMessages(client: Client): DeploymentMessages {
  return {
    async send(object, verb, message, key) {
      const sent = randomUUID();
      const sendAs = (updateId: string): Promise<MessageAnswer> =>
        answered(client, answerMs, () =>
          byItsCarrier(client, object, (handle) =>
            handle.executeUpdate<MessageAnswer, [object]>(verb, { args: [{ ...message, sent }], updateId }),
          ),
        );
      for (let id = key; ;) {
        const answer = await sendAs(id);
        if (!isForThatMoment(answer) || answer.sent === sent) return answer;
        id = afterRefusal(key, answer);
      }
    },
    async answered({ service, number }, key) {
      for (let id = key; ;) {
        const own = await answerTo<MessageAnswer>(client, deploymentWorkflowId(service, number), id);
        const answer = own ?? (await answerTo<MessageAnswer>(client, recoveryWorkflowId(service, number), id));
        if (answer === null || !isForThatMoment(answer)) return answer;
        id = afterRefusal(key, answer);
      }
    },
    status: (object) => answered(client, queryMs, () => statusOf(client, object)),
  };
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
