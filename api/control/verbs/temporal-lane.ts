import { randomUUID } from 'node:crypto';
import { WithStartWorkflowOperation, type Client } from '@temporalio/client';
import type { ServiceName } from '../../../domain/names.ts';
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
import { ProblemError } from '../../http/problem-error.ts';
import type { LaneMessages } from './lane-messages.ts';
import { answered, answerMs, answerTo } from './temporal-answer.ts';

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
