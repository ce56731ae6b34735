import path from 'node:path';
import { hostId, regionName } from '../../domain/names.ts';
import { databaseUrl, regionDatabase } from '../../infra/local/programs.ts';
import { GoalRecord } from '../../infra/postgres/region/entities/goals.ts';
import type { Database } from '../../infra/postgres/connect.ts';
import { changeHost } from '../../infra/postgres/region/host-records.ts';
import { connectRegionDatabase } from '../../infra/postgres/region/region-database.ts';
import { medianOf } from '../frame/distribution.ts';
import type { Bench } from '../frame/run-benchmark.ts';
import { gatewayFigures } from '../fleet/gateway-figures.ts';
import { startGateways, type FleetGateway } from '../fleet/gateways.ts';
import { authorityOf, enrollWithKey, startLightHosts } from '../hosts/light-hosts.ts';
import { addService, type AddedService } from '../service/add-service.ts';
import { deliverAndFind } from '../service/deploy-merge.ts';
import { untilEnded } from '../service/follow-deployment.ts';
import type { BenchStack } from '../stack/bench-stack.ts';
import { openGoalWriter, type GoalWriter } from './goal-writer.ts';
import { measurePolls, type PollFigures } from './measure-polls.ts';
import { measureSigning, type SigningFigures } from './measure-signing.ts';
import type { ServicesOptions } from './services-benchmark.ts';

/** A region with some number of services in it. */
export interface RegionFigures {
  readonly services: number;
  /** Of one more service's deployment, from its start to its end: each, and the one in the middle. */
  readonly deployedMs: readonly number[];
  readonly deployedP50Ms: number | null;
  readonly signing: SigningFigures;
  readonly gatewayRssBytes: number;
  /** A host with one service. */
  readonly poll: PollFigures;
}

export interface ServicesFigures {
  readonly alone: RegionFigures;
  readonly among: RegionFigures;
  /** Of a step that writes a goal, with the index: the first and the last twenty of those that placed the services. */
  readonly firstStepsMs: number | null;
  readonly lastStepsMs: number | null;
  /** A host with many of them. */
  readonly fullPoll: PollFigures;
}

interface Scene {
  readonly bench: Bench;
  readonly stack: BenchStack;
  readonly region: string;
  readonly database: Database;
  readonly gateway: FleetGateway;
  readonly writer: GoalWriter;
  readonly deployed: AddedService;
}

const lightHosts = 2;
const looked = 40;

/** Measures a region with one service, places the others in it, and measures it again. */
export async function measureServices(
  bench: Bench,
  stack: BenchStack,
  options: ServicesOptions,
): Promise<ServicesFigures> {
  const region = stack.shape.regions[0]!;
  const [gateway] = (await startGateways(stack, region, 1)) as [FleetGateway];
  await startLightHosts(stack, region, lightHosts, bench.signal);
  const url = databaseUrl(stack.shape, regionDatabase(region));
  const database = await connectRegionDatabase({ url, applicationName: 'slipway-bench', maxConnections: 2 });
  try {
    const spec = { service: 'bench', regions: [region], batches: [1, '100%'], approve: false };
    const deployed = await addService(stack, spec, path.join(stack.shape.data.root, 'repository'));
    const writer = await openGoalWriter(stack, region, database);
    const scene: Scene = { bench, stack, region, database, gateway, writer, deployed };
    await deploy(scene, deployed.merge);
    const alone = await measureRegion(scene, options, 'one-of-one');
    bench.say(`placing ${options.services} services`);
    const stepsMs = await placeServices(scene, options);
    const among = await measureRegion(scene, options, 'one-of-many');
    const full = await pollsOf(scene, options, 'full', { shelf: 'full' });
    const [firstStepsMs, lastStepsMs] = [medianOf(stepsMs.slice(0, looked)), medianOf(stepsMs.slice(-looked))];
    return { alone, among, firstStepsMs, lastStepsMs, fullPoll: full };
  } finally {
    await database.close(true);
  }
}

/** Some for hosts that have so many, the others for hosts that nobody has started. */
async function placeServices({ writer }: Scene, { services, full }: ServicesOptions): Promise<readonly number[]> {
  const stepsMs: number[] = [];
  for (let number = 1; number < services; number++)
    stepsMs.push(...(await writer.place(`shelf-${number}`, { shelf: number <= full ? 'full' : 'other' })));
  return stepsMs;
}

async function measureRegion(scene: Scene, options: ServicesOptions, host: string): Promise<RegionFigures> {
  const { stack, region, database, gateway, writer, deployed } = scene;
  const deployedMs: number[] = [];
  for (let number = 0; number < options.deployments; number++)
    deployedMs.push(await deploy(scene, await deployed.git.commit('Change', { 'NOTES.md': `${host} ${number}` })));
  const poll = await pollsOf(scene, options, host, { role: 'web' });
  return {
    services: await database.em.fork().count(GoalRecord, {}),
    deployedMs,
    deployedP50Ms: medianOf(deployedMs),
    signing: await measureSigning(stack, region, database, writer),
    gatewayRssBytes: (await gatewayFigures([gateway])).rssBytes,
    poll,
  };
}

/** Answers how long it took from its start, once everything before it was over. */
async function deploy({ bench, stack, deployed }: Scene, merge: AddedService['merge']): Promise<number> {
  const { repository } = deployed;
  const ref = await deliverAndFind(stack, { repository, merge }, bench.signal);
  const { outcome, reason, startedAt, endedAt } = await untilEnded(stack, ref, bench.signal);
  if (outcome !== 'succeeded') throw new Error(`${ref.service}/${ref.deployment} ended ${outcome}: ${reason}`);
  return endedAt!.getTime() - startedAt!.getTime();
}

/** Of a host that is there for as long as it is looked at: a deployment would miss it. */
async function pollsOf(
  { stack, region, database, gateway }: Scene,
  { polls }: ServicesOptions,
  name: string,
  labels: Readonly<Record<string, string>>,
): Promise<PollFigures> {
  const { authority } = await authorityOf(stack, regionName(region));
  const host = hostId(name);
  const figures = await measurePolls(gateway, await enrollWithKey(database, authority, host, labels), polls);
  const act = { verb: 'retire', host, by: 'bench', reason: 'it was looked at', change: null } as const;
  await changeHost(database, act, () => ({ do: 'retire' }));
  return figures;
}
