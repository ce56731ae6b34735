import path from 'node:path';
import { regionName } from '../../domain/names.ts';
import { deploymentWorkflowId } from '../../workflows/messages/deployment.ts';
import { laneWorkflowId } from '../../workflows/messages/lane.ts';
import { regionRolloutWorkflowId } from '../../workflows/messages/region.ts';
import type { Bench } from '../frame/run-benchmark.ts';
import { activitiesOf } from '../history/activities.ts';
import { countEvents, type EventCounts } from '../history/event-counts.ts';
import { historyBytes } from '../history/history-size.ts';
import { readHistory, type HistoryEvent } from '../history/read-history.ts';
import { addService } from '../service/add-service.ts';
import { isCopied } from '../service/deploy-merge.ts';
import { acceptedMove, deliverMerge } from '../service/deliver-merge.ts';
import { approveWhen, numberOfMerge, untilEnded, type DeploymentRef } from '../service/follow-deployment.ts';
import { usageByProgram, usedSince, type UsageByProgram } from '../stack/process-usage.ts';
import type { BenchStack } from '../stack/bench-stack.ts';
import { startLightHosts } from './light-hosts.ts';

export interface SizedHistory extends EventCounts {
  readonly bytes: number;
}

export interface FleetFigures {
  readonly hostsPerRegion: number;
  readonly outcome: string | null;
  readonly mergeToApprovedMs: number;
  readonly approvedToGreenMs: number;
  /** By workflow: `deployment`, and one for each region. */
  readonly histories: Readonly<Record<string, SizedHistory>>;
  /** Until the deployment had ended: it looks after it on a timer, so this one grows with time. */
  readonly lane: SizedHistory;
  /** By region, for each batch: from the goal's change until its hosts were judged good. */
  readonly batchesMs: Readonly<Record<string, readonly number[]>>;
  /** By program: CPU from the merge to green, memory at green. */
  readonly usage: UsageByProgram;
}

/** One deployment, a service's first, to light hosts in every region. */
export async function measureFleet(bench: Bench, stack: BenchStack, hosts: number): Promise<FleetFigures> {
  const { signal, say } = bench;
  const { regions, data, secrets } = stack.shape;
  say(`starting ${hosts} light hosts a region`);
  await Promise.all(regions.map((region) => startLightHosts(stack, region, hosts, signal)));
  const spec = { service: 'fleet', regions, batches: [1, '50%', '100%'], approve: true };
  const { repository, merge } = await addService(stack, spec, path.join(data.root, 'repository'));
  const before = usageByProgram(stack);
  const delivered = await deliverMerge({ api: stack.api, repository, merge, secret: secrets.webhookSecret });
  const ref = await numberOfMerge(stack, acceptedMove(delivered), signal);
  const approvedAtMs = await approveWhen(stack, ref, isCopied, signal);
  const { outcome, endedAt } = await untilEnded(stack, ref, signal);
  say(`  ${ref.service}/${ref.deployment}: ${outcome}`);
  return {
    hostsPerRegion: hosts,
    outcome: outcome ?? null,
    mergeToApprovedMs: (approvedAtMs ?? Number.NaN) - delivered.sentAtMs,
    approvedToGreenMs: (endedAt?.getTime() ?? Number.NaN) - (approvedAtMs ?? Number.NaN),
    ...(await readHistories(stack, ref)),
    usage: usedSince(before, usageByProgram(stack)),
  };
}

/** Of a deployment and its regions, which has ended. */
export async function readHistories(
  { temporal, shape }: BenchStack,
  { service, deployment }: DeploymentRef,
): Promise<Pick<FleetFigures, 'histories' | 'lane' | 'batchesMs'>> {
  const read = async (name: string, workflowId: string) => {
    const [history, bytes] = [await readHistory(temporal, workflowId), await historyBytes(temporal, workflowId)];
    return { name, history, sized: { ...countEvents(history), bytes } };
  };
  const whole = await read('deployment', deploymentWorkflowId(service, deployment));
  const regions = await Promise.all(
    shape.regions.map((region) => read(region, regionRolloutWorkflowId(service, deployment, regionName(region)))),
  );
  const lane = await read('lane', laneWorkflowId(service));
  return {
    histories: {
      deployment: whole.sized,
      ...Object.fromEntries(regions.map(({ name, sized }) => [`regionRollout ${name}`, sized])),
    },
    lane: lane.sized,
    batchesMs: Object.fromEntries(regions.map(({ name, history }) => [name, batchesOf(history)])),
  };
}

const batchesOf = (history: readonly HistoryEvent[]): readonly number[] =>
  activitiesOf(history)
    .filter(({ name }) => name === 'watchBatch')
    .map(({ scheduledMs, completedMs }) => completedMs - scheduledMs);
