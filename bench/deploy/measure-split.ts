import { sampleService } from '../../infra/local/demo/demonstration.ts';
import { openSampleRepository, type SampleRepository } from '../../infra/local/demo/sample-repository.ts';
import { Audit } from '../../infra/postgres/central/entities.ts';
import { regionName } from '../../domain/names.ts';
import { regionRolloutWorkflowId } from '../../workflows/messages/region.ts';
import type { Bench } from '../frame/run-benchmark.ts';
import { readHistory } from '../history/read-history.ts';
import { acceptedMove, deliverMerge, type Delivered } from '../service/deliver-merge.ts';
import { approveWhen, numberOfMerge, untilEnded, type DeploymentRef } from '../service/follow-deployment.ts';
import { usageByProgram, usedSince } from '../stack/process-usage.ts';
import type { BenchStack } from '../stack/bench-stack.ts';
import { deploymentMoments, type DeploymentFacts, type DeploymentMoments } from './deployment-moments.ts';
import { hostSwitches } from './host-switches.ts';
import { readIntakeFacts } from './intake-moments.ts';

export interface SplitRun extends DeploymentMoments {
  readonly deployment: string;
  readonly outcome: string;
  /** CPU from the merge to green, in ms, by program. */
  readonly cpuMs: Readonly<Record<string, number>>;
}

const repositoryName = `acme/${sampleService}`;

/** Deploys the demonstration's service again and again, each time from a merge to green. */
export async function measureSplit(bench: Bench, stack: BenchStack, runs: number): Promise<readonly SplitRun[]> {
  const { shape, releaseOwner } = stack;
  const repository = await openSampleRepository(shape.data.sample, shape.regions);
  const { cloneUrl } = repository;
  const body = { repository: repositoryName, cloneUrl, branch: 'main', owners: ['lin'] };
  await releaseOwner.call('putService', { path: { service: sampleService }, body });
  const measured: SplitRun[] = [];
  for (let run = 1; run <= runs; run++) measured.push(await deployOnce(bench, stack, repository, run));
  return measured;
}

async function deployOnce(
  { signal, say }: Bench,
  stack: BenchStack,
  repository: SampleRepository,
  run: number,
): Promise<SplitRun> {
  const merge = await repository.merge(`Greet the ${run}. time`, { greeting: `hello ${run}`, health: 200 });
  const { secrets } = stack.shape;
  const delivery = { api: stack.api, repository: repositoryName, merge, secret: secrets.webhookSecret };
  const before = usageByProgram(stack);
  const delivered = await deliverMerge(delivery);
  const ref = await numberOfMerge(stack, acceptedMove(delivered), signal);
  const approvalSentAtMs = await approveWhen(stack, ref, () => true, signal);
  const { outcome, reason } = await untilEnded(stack, ref, signal);
  const used = usedSince(before, usageByProgram(stack));
  const deployment = `${ref.service}/${ref.deployment}`;
  if (outcome !== 'succeeded' || approvalSentAtMs === null)
    throw new Error(`${deployment} ended ${outcome}: ${reason ?? 'nobody approved'}`);
  const moments = deploymentMoments(await factsOf(stack, ref, delivered, approvalSentAtMs));
  say(`  ${deployment}: ${outcome} after ${Math.round(moments.moments.at(-1)!.atMs)} ms`);
  const cpuMs = Object.fromEntries(Object.entries(used).map(([name, usage]) => [name, usage.cpuMs]));
  return { deployment, outcome, cpuMs, ...moments };
}

async function factsOf(
  stack: BenchStack,
  ref: DeploymentRef,
  delivered: Delivered,
  approvalSentAtMs: number,
): Promise<DeploymentFacts> {
  const { central, temporal, shape } = stack;
  const { service, deployment } = ref;
  const object = `${service}/${deployment}`;
  const wanted = await central.em.fork().findOneOrFail(Audit, { object, verb: 'approval-wanted' });
  const regionHistory = async (region: string) =>
    [region, await readHistory(temporal, regionRolloutWorkflowId(service, deployment, regionName(region)))] as const;
  return {
    ...(await readIntakeFacts(stack, ref, delivered)),
    approvalWantedAtMs: wanted.at.getTime(),
    approvalSentAtMs,
    regions: new Map(await Promise.all(shape.regions.map(regionHistory))),
    switches: hostSwitches(shape, ref),
  };
}
