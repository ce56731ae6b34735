import { randomUUID } from 'node:crypto';
import { WithStartWorkflowOperation, type Client, type WorkflowHandle } from '@temporalio/client';
import type { ServiceName } from '../../../domain/names.ts';
import { callFailure } from '../../../infra/temporal/failure-kind.ts';
import {
  deploymentWorkflowId,
  statusQuery,
  type DeploymentStatus,
  type MessageAnswer,
} from '../../../workflows/messages/deployment.ts';
import {
  hotfixUpdate,
  laneStart,
  laneWorkflowId,
  lockUpdate,
  rollbackUpdate,
  submitUpdate,
  unlockUpdate,
  withdrawUpdate,
  type Sending,
  type UnlockAnswer,
} from '../../../workflows/messages/lane.ts';
import { recoveryWorkflowId } from '../../../workflows/messages/recovery.ts';
import { ProblemError } from '../../http/problem-error.ts';
import type { DeploymentMessages, DeploymentObject } from './deployment-messages.ts';
import type { LaneMessages } from './lane-messages.ts';

/**
 * People wait for the answer; after this it is not known whether the message arrived, and repeating it is safe. A pause
 * between two tries, up to 0.6 s, may end after the deadline: in all it is well below five seconds.
 */
const answerMs = 3_500;
/** A page is shown without what only the workflow knows, rather than late. */
const queryMs = 1_500;

type LaneUpdate =
  typeof submitUpdate | typeof hotfixUpdate | typeof rollbackUpdate | typeof withdrawUpdate | typeof lockUpdate;

export function laneMessages(client: Client): LaneMessages {
  const send = async <Answer>(
    service: ServiceName,
    update: LaneUpdate,
    message: object,
    key: string,
  ): Promise<Answer> => {
    const sent = randomUUID();
    const sendAs = (updateId: string): Promise<Answer> =>
      answered(client, answerMs, () =>
        client.workflow.executeUpdateWithStart(update as never, {
          updateId,
          args: [{ ...message, sent }] as never,
          startWorkflowOperation: new WithStartWorkflowOperation('lane', laneStart(service)),
        }),
      ) as Promise<Answer>;
    const answer = await sendAs(key);
    // What an earlier sending was refused for may be mended by now: the lane looks once more.
    return isRefused(answer) && (answer as Sending).sent !== sent ? sendAs(`${key}:${sent}`) : answer;
  };
  return {
    submit: (request, queueWhenLocked) =>
      send(request.service, submitUpdate, { request, queueWhenLocked }, request.key),
    async hasTaken(service, key) {
      const answer = await answerTo(client, laneWorkflowId(service), key);
      return answer !== null && !isRefused(answer);
    },
    hotfix: (service, message) => send(service, hotfixUpdate, message, message.key),
    rollback: (service, message) => send(service, rollbackUpdate, message, message.key),
    withdraw: (service, message) => send(service, withdrawUpdate, message, message.key),
    lock: async (service, message) => void (await send(service, lockUpdate, message, message.key)),
    async unlock(service, message) {
      const { refused } = await send<UnlockAnswer>(service, unlockUpdate, message, message.key);
      if (refused !== undefined) throw new ProblemError('not-allowed', { detail: refused });
    },
  };
}

const isRefused = (answer: unknown): boolean => {
  const { outcome, refused } = answer as { readonly outcome?: string; readonly refused?: string };
  return outcome === 'refused' || refused !== undefined;
};

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

/** @returns `null` when the newest run of the workflow has taken no update with this id @throws ProblemError */
async function answerTo<Answer>(client: Client, workflowId: string, updateId: string): Promise<Answer | null> {
  const update = client.workflow.getHandle(workflowId).getUpdateHandle<Answer>(updateId);
  try {
    return await client.withDeadline(Date.now() + queryMs, () => update.result());
  } catch (error) {
    const failure = callFailure(error);
    if (failure?.kind === 'gone' || failure?.kind === 'refused') return null;
    throw failure === null ? error : unavailable();
  }
}

/** @throws ProblemError */
async function answered<R>(client: Client, ms: number, call: () => Promise<R>): Promise<R> {
  try {
    return await client.withDeadline(Date.now() + ms, call);
  } catch (error) {
    const failure = callFailure(error);
    if (failure?.kind === 'refused') throw new ProblemError(refusalCode(failure.code), { detail: failure.message });
    if (failure?.kind === 'gone')
      throw new ProblemError('refused', {
        detail: 'the deployment is over, or has not begun',
        next: 'While it waits in the queue of its lane only abort does anything: it takes it out.',
      });
    if (failure?.kind === 'unreachable') throw unavailable();
    throw error;
  }
}

/** A lane that is locked says so by its code; all others say it in their message. */
const refusalCode = (code: string | null) => (code === 'lane-locked' ? code : 'refused');

const unavailable = (): ProblemError =>
  new ProblemError(
    'unavailable',
    {
      detail: 'Temporal did not answer, so it is not known whether this arrived',
      next: 'Send it again with the same Idempotency-Key: a repeat does nothing twice.',
    },
    2,
  );
