import { InboxRow } from '../../infra/postgres/central/entities.ts';
import { deploymentWorkflowId } from '../../workflows/messages/deployment.ts';
import { laneWorkflowId } from '../../workflows/messages/lane.ts';
import { activitiesOf } from '../history/activities.ts';
import { firstOf, readHistory, type HistoryEvent } from '../history/read-history.ts';
import { acceptedMove, type Delivered } from '../service/deliver-merge.ts';
import type { DeploymentRef } from '../service/follow-deployment.ts';
import type { BenchStack } from '../stack/bench-stack.ts';
import type { Moment } from './moments.ts';

/** What one merge left behind on its way to its workflow. Times are of the wall clock, in ms. */
export interface IntakeFacts {
  readonly sentAtMs: number;
  readonly answeredMs: number;
  readonly deliveryKey: string;
  readonly receivedAtMs: number;
  readonly lane: readonly HistoryEvent[];
  readonly deployment: readonly HistoryEvent[];
}

export async function readIntakeFacts(
  { central, temporal }: BenchStack,
  { service, deployment }: DeploymentRef,
  delivered: Delivered,
): Promise<IntakeFacts> {
  const { sentAtMs, answeredMs } = delivered;
  const { key: deliveryKey } = acceptedMove(delivered);
  const inbox = await central.em.fork().findOneOrFail(InboxRow, { service, deliveryKey });
  return {
    sentAtMs,
    answeredMs,
    deliveryKey,
    receivedAtMs: inbox.receivedAt.getTime(),
    lane: await readHistory(temporal, laneWorkflowId(service)),
    deployment: await readHistory(temporal, deploymentWorkflowId(service, deployment)),
  };
}

export const workflowStarted = 'deployment started';
export const firstTaskStarted = 'first workflow task';

/** By the wall clock. */
export function intakeMoments(facts: IntakeFacts): readonly Moment[] {
  const { sentAtMs, answeredMs, deliveryKey, receivedAtMs, lane, deployment } = facts;
  const accepted = lane.find(({ attributes }) => attributes.acceptedRequest?.meta.updateId === deliveryKey);
  const acceptedAtMs = accepted?.atMs ?? Number.NaN;
  const numbered = activitiesOf(lane).find(
    ({ name, scheduledMs }) => name === 'openDeployment' && scheduledMs >= acceptedAtMs,
  );
  return [
    { step: 'written to the inbox', atMs: receivedAtMs },
    { step: 'webhook answered', atMs: sentAtMs + answeredMs },
    { step: 'accepted by the lane', atMs: acceptedAtMs },
    { step: 'numbered', atMs: numbered?.completedMs ?? Number.NaN },
    { step: workflowStarted, atMs: firstOf(deployment, 'WORKFLOW_EXECUTION_STARTED') },
    { step: firstTaskStarted, atMs: firstOf(deployment, 'WORKFLOW_TASK_STARTED') },
  ];
}
