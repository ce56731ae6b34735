import type { Digest, ServiceName } from '../../domain/names.ts';
import { GoalRecord } from '../../infra/postgres/region/entities/goals.ts';
import { HostServiceRecord } from '../../infra/postgres/region/entities/hosts.ts';
import type { Database } from '../../infra/postgres/connect.ts';
import { distributionOf, type Distribution } from '../frame/distribution.ts';
import type { Bench } from '../frame/run-benchmark.ts';
import { heardGoals, type HeardGoal } from '../hosts/heard-goals.ts';
import { hostTimeMs } from '../hosts/light-effects.ts';
import { deliverAndFind, isCopied, type DeployedMerge } from '../service/deploy-merge.ts';
import { approveWhen, untilEnded } from '../service/follow-deployment.ts';
import type { BenchStack } from '../stack/bench-stack.ts';
import { databaseLoad, loadSince, type DatabaseLoad } from './database-load.ts';
import { gatewayFigures, givenWithinMs } from './gateway-figures.ts';
import type { FleetGateway } from './gateways.ts';

export interface RolloutFigures {
  readonly outcome: string | null;
  /** Why it ended otherwise. */
  readonly reason: string | null;
  readonly approvedToGreenMs: number;
  /** Beyond what each batch takes on its hosts. */
  readonly overheadMs: number;
  /**
   * From a goal's signature until a host has verified it: by step, and of all steps together. Who has nothing to do by a step
   * hears of it by and by.
   */
  readonly goalToHost: Readonly<Record<string, Distribution>> & { readonly all: Distribution };
  /** The same, of each host and the step that let it run the release. */
  readonly goalToAskedHost: Distribution;
  /** The same, of the hosts of the first batch. */
  readonly goalToCanary: Distribution;
  /** From a goal's signature until a gateway gave it to a host that waited: within so many ms, by the buckets of its metric. */
  readonly givenWithinMs: { readonly p50: number | null; readonly p99: number | null };
  /** Requests refused because of load. */
  readonly shed: number;
  readonly reports: number;
  readonly reportsPerSecond: number;
  readonly gatewayRssBytes: number;
  readonly gatewayCpuMs: number;
  readonly written: DatabaseLoad;
  /** Hosts that don't run the release, healthy, at the end. */
  readonly unfinished: number;
}

export interface Rollout {
  readonly region: string;
  readonly gateways: readonly FleetGateway[];
  readonly hosts: number;
  readonly batches: number;
  readonly deployed: DeployedMerge;
}

const lookEveryMs = 1_000;

/** One deployment to the light hosts of one region, in stages. */
export async function measureRollout(
  { signal }: Bench,
  stack: BenchStack,
  database: Database,
  { region, gateways, hosts, batches, deployed }: Rollout,
): Promise<RolloutFigures> {
  const ref = await deliverAndFind(stack, deployed, signal);
  const [load, gateway] = [await databaseLoad(database), await gatewayFigures(gateways)];
  const memory = watchMemory(gateways);
  const approvedAtMs = (await approveWhen(stack, ref, isCopied, signal)) ?? Number.NaN;
  const { outcome, reason, endedAt } = await untilEnded(stack, ref, signal);
  const approvedToGreenMs = (endedAt?.getTime() ?? Number.NaN) - approvedAtMs;
  const [loadAfter, gatewayAfter] = [await databaseLoad(database), await gatewayFigures(gateways)];
  const reports = gatewayAfter.reports - gateway.reports;
  const well = await database.em.fork().count(HostServiceRecord, {
    service: ref.service,
    health: 'healthy',
    attemptDeployment: ref.deployment,
    running: await runningOf(database, ref.service),
  });
  return {
    outcome: outcome ?? null,
    reason: reason ?? null,
    approvedToGreenMs,
    overheadMs: approvedToGreenMs - batches * hostTimeMs,
    ...heardBySteps(heardGoals(stack, region, ref)),
    givenWithinMs: { p50: givenWithinMs(gateway, gatewayAfter, 0.5), p99: givenWithinMs(gateway, gatewayAfter, 0.99) },
    shed: gatewayAfter.shed - gateway.shed,
    reports,
    reportsPerSecond: Math.round((reports * 1_000) / approvedToGreenMs),
    gatewayRssBytes: memory.stop(),
    gatewayCpuMs: Math.round((gatewayAfter.cpuSeconds - gateway.cpuSeconds) * 1_000),
    written: loadSince(load, loadAfter),
    unfinished: hosts - well,
  };
}

async function runningOf(database: Database, service: ServiceName): Promise<Digest | null> {
  const { row } = await database.em.fork().findOneOrFail(GoalRecord, { service });
  return row.base?.release.digest ?? null;
}

/** A goal that is signed again is the same step: each host heard of it first then. */
function heardBySteps(
  heard: readonly HeardGoal[],
): Pick<RolloutFigures, 'goalToHost' | 'goalToAskedHost' | 'goalToCanary'> {
  const first = new Map<string, HeardGoal>();
  for (const goal of heard) {
    const key = `${goal.step} ${goal.host}`;
    if (!first.has(key)) first.set(key, goal);
  }
  const goals = [...first.values()];
  const asked = firstAllowed(goals);
  const bySteps = Map.groupBy(goals, ({ step }) => step);
  const tookOf = (of: readonly HeardGoal[]): Distribution => distributionOf(of.map(({ tookMs }) => tookMs));
  return {
    goalToHost: {
      ...Object.fromEntries([...bySteps].map(([step, of]) => [step, tookOf(of)])),
      all: tookOf(goals),
    },
    goalToAskedHost: tookOf(asked),
    goalToCanary: tookOf(asked.filter(({ step }) => step === 'advance:1')),
  };
}

/** Each host's first goal that lets it run what is coming. */
function firstAllowed(goals: readonly HeardGoal[]): readonly HeardGoal[] {
  const first = new Map<string, HeardGoal>();
  for (const goal of goals) if (goal.allowed && !first.has(goal.host)) first.set(goal.host, goal);
  return [...first.values()];
}

/** The most that the gateway has held, in bytes. */
function watchMemory(gateways: readonly FleetGateway[]): { stop(): number } {
  let most = 0;
  const look = (): void =>
    void gatewayFigures(gateways).then(
      ({ rssBytes }) => (most = Math.max(most, rssBytes)),
      () => undefined,
    );
  const timer = setInterval(look, lookEveryMs);
  return {
    stop() {
      clearInterval(timer);
      return most;
    },
  };
}
