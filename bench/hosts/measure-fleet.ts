import path from 'node:path';
import { regionName } from '../../domain/names.ts';
import { deploymentWorkflowId } from '../../workflows/messages/deployment.ts';
import { regionRolloutWorkflowId } from '../../workflows/messages/region.ts';
import type { Bench } from '../frame/run-benchmark.ts';
import { activitiesOf } from '../history/activities.ts';
import { countEvents, type EventCounts } from '../history/event-counts.ts';
import { readHistory, type HistoryEvent } from '../history/read-history.ts';
import { addService } from '../service/add-service.ts';
import { acceptedMove, deliverMerge } from '../service/deliver-merge.ts';
import { approveWhen, numberOfMerge, untilEnded, type DeploymentRef } from '../service/follow-deployment.ts';
import { usageByProgram, usedSince, type UsageByProgram } from '../stack/process-usage.ts';
import type { BenchStack } from '../stack/bench-stack.ts';
import { startLightHosts } from './light-hosts.ts';

export interface FleetFigures {
  readonly hostsPerRegion: number;
  readonly outcome: string | null;
  readonly mergeToApprovedMs: number;
  readonly approvedToGreenMs: number;
  /** By workflow: `deployment`, and one for each region. */
  readonly histories: Readonly<Record<string, EventCounts>>;
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
  // Not before the copies are there: waiting for one is an event more, and a matter of timing.
  const copied = (all: readonly { readonly state: string }[]): boolean => all.every(({ state }) => state === 'ready');
  const approvedAtMs = await approveWhen(stack, ref, copied, signal);
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

async function readHistories(
  { temporal, shape }: BenchStack,
  { service, deployment }: DeploymentRef,
): Promise<Pick<FleetFigures, 'histories' | 'batchesMs'>> {
  const whole = await readHistory(temporal, deploymentWorkflowId(service, deployment));
  const read = async (region: string) =>
    [region, await readHistory(temporal, regionRolloutWorkflowId(service, deployment, regionName(region)))] as const;
  const regions = await Promise.all(shape.regions.map(read));
  const counts = regions.map(([region, history]) => [`regionRollout ${region}`, countEvents(history)] as const);
  return {
    histories: { deployment: countEvents(whole), ...Object.fromEntries(counts) },
    batchesMs: Object.fromEntries(regions.map(([region, history]) => [region, batchesOf(history)])),
  };
}

const batchesOf = (history: readonly HistoryEvent[]): readonly number[] =>
  activitiesOf(history)
    .filter(({ name }) => name === 'watchBatch')
    .map(({ scheduledMs, completedMs }) => completedMs - scheduledMs);
