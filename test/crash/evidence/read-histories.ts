import { Client, Connection, WorkflowNotFoundError, type WorkflowHandle } from '@temporalio/client';
import { temporalNamespace } from '../../../infra/local/programs.ts';
import type { DeploymentNumber, RegionName, ServiceName } from '../../../domain/names.ts';
import { deploymentWorkflowId } from '../../../workflows/messages/deployment.ts';
import { laneWorkflowId } from '../../../workflows/messages/lane.ts';
import { recoveryWorkflowId } from '../../../workflows/messages/recovery.ts';
import { regionRolloutWorkflowId, regionUndoWorkflowId } from '../../../workflows/messages/region.ts';
import type { RunningStack } from '../stack/running-stack.ts';
import { regionIntents, type RegionIntent } from './region-intents.ts';

/** The newest run of a workflow, as Temporal has it. */
export interface HistoryEvidence {
  readonly id: string;
  readonly deployment: DeploymentNumber | null;
  readonly what: 'lane' | 'deployment' | 'recovery' | 'rollout' | 'undo';
  readonly region: RegionName | null;
  readonly status: string;
  readonly startedAtMs: number;
  readonly closedAtMs: number | null;
  /** Tries of a workflow task that failed; empty unless asked for. */
  readonly failures: readonly FailedTask[];
  /** Of a rollout, what it meant its region to do; empty unless asked for. */
  readonly intents: readonly RegionIntent[];
}

export interface FailedTask {
  readonly eventId: number;
  /** `temporal.api.enums.v1.WorkflowTaskFailedCause` */
  readonly cause: number;
  readonly message: string;
}

interface Deployed {
  readonly number: DeploymentNumber;
}

/** Longer than a kill of Temporal: less would be no answer. */
const patienceMs = 5_000;

/** Of the lane, and of everything that carried these deployments. Fails while Temporal is away. */
export async function readHistories(
  { addresses, data, regions }: RunningStack,
  service: ServiceName,
  deployments: readonly Deployed[],
  { withHistory = false }: { readonly withHistory?: boolean } = {},
): Promise<readonly HistoryEvidence[]> {
  const connection = await Connection.connect({ address: addresses.temporal, connectTimeout: patienceMs });
  try {
    const client = new Client({ connection, namespace: temporalNamespace(data) });
    const wanted = [...laneOf(service), ...deployments.flatMap(({ number }) => workflowsOf(service, number, regions))];
    const found = await client.withDeadline(Date.now() + 4 * patienceMs, () =>
      Promise.all(wanted.map((each) => readHistory(client, each, withHistory))),
    );
    return found.filter((each) => each !== null);
  } finally {
    await connection.close();
  }
}

type Wanted = Pick<HistoryEvidence, 'id' | 'deployment' | 'what' | 'region'>;

const laneOf = (service: ServiceName): Wanted[] => [
  { id: laneWorkflowId(service), deployment: null, what: 'lane', region: null },
];

function workflowsOf(service: ServiceName, deployment: DeploymentNumber, regions: readonly RegionName[]): Wanted[] {
  const of = { deployment, region: null };
  return [
    { ...of, id: deploymentWorkflowId(service, deployment), what: 'deployment' },
    { ...of, id: recoveryWorkflowId(service, deployment), what: 'recovery' },
    ...regions.flatMap((region): Wanted[] => [
      { deployment, region, id: regionRolloutWorkflowId(service, deployment, region), what: 'rollout' },
      { deployment, region, id: regionUndoWorkflowId(service, deployment, region), what: 'undo' },
    ]),
  ];
}

async function readHistory(client: Client, wanted: Wanted, withHistory: boolean): Promise<HistoryEvidence | null> {
  const handle = client.workflow.getHandle(wanted.id);
  try {
    const { status, startTime, closeTime } = await handle.describe();
    return {
      ...wanted,
      status: status.name,
      startedAtMs: startTime.getTime(),
      closedAtMs: closeTime?.getTime() ?? null,
      ...(await whole(handle, withHistory)),
    };
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return null;
    throw error;
  }
}

async function whole(
  handle: WorkflowHandle,
  isWanted: boolean,
): Promise<Pick<HistoryEvidence, 'failures' | 'intents'>> {
  if (!isWanted) return { failures: [], intents: [] };
  const history = await handle.fetchHistory();
  return { failures: failuresOf(history), intents: regionIntents(history) };
}

export type History = Awaited<ReturnType<WorkflowHandle['fetchHistory']>>;

const failuresOf = ({ events }: History): readonly FailedTask[] =>
  (events ?? []).flatMap(({ eventId, workflowTaskFailedEventAttributes: failed }) =>
    failed ? [{ eventId: Number(eventId), cause: failed.cause ?? 0, message: failed.failure?.message ?? '' }] : [],
  );

/** Only the lane runs for ever. */
export const runningOf = (histories: readonly HistoryEvidence[]): readonly string[] =>
  histories.filter(({ what, status }) => what !== 'lane' && status === 'RUNNING').map(({ id }) => id);
