import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { databaseUrl, regionDatabase } from '../../infra/local/programs.ts';
import { connectRegionDatabase } from '../../infra/postgres/region/region-database.ts';
import type { Bench, CommonOptions, Measured } from '../frame/run-benchmark.ts';
import { tableLines } from '../frame/table.ts';
import { startLightHosts } from '../hosts/light-hosts.ts';
import { addService } from '../service/add-service.ts';
import { serviceFiles, type BenchService } from '../service/service-files.ts';
import type { BenchStack } from '../stack/bench-stack.ts';
import { measureBadWave, type BadWaveFigures } from '../stop/measure-bad-wave.ts';
import { gatewayFigures, type GatewayFigures } from './gateway-figures.ts';
import { startGateways, type FleetGateway } from './gateways.ts';
import { measureReconnect, type GatewayEnd, type ReconnectFigures } from './measure-reconnect.ts';
import { measureRollout, type RolloutFigures } from './measure-rollout.ts';

export interface FleetOptions extends CommonOptions {
  /** In one region. */
  readonly hosts: number;
  /** Of the region, on one database; one process uses one core. */
  readonly gateways: number;
  /** How a gateway is ended at last. */
  readonly end: GatewayEnd;
}

interface FleetFigures {
  readonly startMs: number;
  /** When all hosts are at rest. */
  readonly atRest: GatewayFigures & { readonly cpuPercent: number };
  readonly first: RolloutFigures;
  readonly staged: RolloutFigures;
  readonly bad: BadWaveFigures;
  readonly reconnect: ReconnectFigures;
}

const batches = [1, '1%', '10%', '50%', '100%'] as const;
const restMs = 60_000;
/** What a spec has that says nothing of it: each host reports once a minute. */
const absentAfter = '3m';

/** Light hosts that speak the agent's protocol over sockets of their own: one region, as many as it should bear. */
export async function fleetBenchmark(bench: Bench, { hosts, gateways, end }: FleetOptions): Promise<Measured> {
  const figures = await bench.onStack({ regions: 1, hosts: 0 }, (stack) =>
    measureFleet(bench, stack, { hosts, count: gateways, end }),
  );
  show(bench, { hosts, end }, figures);
  const { staged, first, bad, reconnect } = figures;
  return {
    ok:
      bad.outcome === 'undone' &&
      [first, staged].every(({ outcome, unfinished }) => outcome === 'succeeded' && unfinished === 0),
    hosts,
    gatewayEndedBy: end,
    goalToHostP50Ms: staged.goalToAskedHost.p50Ms,
    goalToHostP99Ms: staged.goalToAskedHost.p99Ms,
    gatewayRssBytes: Math.max(staged.gatewayRssBytes, first.gatewayRssBytes, reconnect.gatewayRssBytes),
    overheadMs: staged.overheadMs,
    unfinished: staged.unfinished,
    ...figures,
  };
}

async function measureFleet(
  bench: Bench,
  stack: BenchStack,
  { hosts, count, end }: Pick<FleetOptions, 'hosts' | 'end'> & { readonly count: number },
): Promise<FleetFigures> {
  const region = stack.shape.regions[0]!;
  const startedAtMs = performance.now();
  const gateways = await startGateways(stack, region, count);
  bench.say(`starting ${hosts} light hosts`);
  const urls = gateways.map(({ url }) => url);
  await startLightHosts(stack, region, hosts, bench.signal, urls);
  const startMs = Math.round(performance.now() - startedAtMs);
  const url = databaseUrl(stack.shape, regionDatabase(region));
  const database = await connectRegionDatabase({ url, applicationName: 'slipway-bench', maxConnections: 2 });
  try {
    const atRest = await lookAtRest(gateways);
    bench.say(`  at rest: ${Math.round(atRest.rssBytes / 1e6)} MB, ${atRest.cpuPercent} % CPU`);
    const spec: BenchService = {
      service: 'fleet',
      regions: [region],
      batches: [1, '100%'],
      approve: true,
      lockAfter: false,
      absentAfter,
    };
    const { repository, git, merge } = await addService(stack, spec, path.join(stack.shape.data.root, 'repository'));
    const first = await measureRollout(bench, stack, database, {
      region,
      gateways,
      hosts,
      batches: 2,
      deployed: { repository, merge },
    });
    bench.say(`  first: ${first.outcome} after ${first.approvedToGreenMs} ms ${first.reason ?? ''}`);
    const next = await git.commit('In stages', { ...serviceFiles({ ...spec, batches }), note: 'two\n' });
    const staged = await measureRollout(bench, stack, database, {
      region,
      gateways,
      hosts,
      batches: batches.length,
      deployed: { repository, merge: next },
    });
    bench.say(`  staged: ${staged.outcome} after ${staged.approvedToGreenMs} ms ${staged.reason ?? ''}`);
    const worse = await git.commit('Break under load', { 'NOTES.md': 'bad\n' });
    const bad = await measureBadWave(bench, stack, { repository, merge: worse });
    return {
      startMs,
      atRest,
      first,
      staged,
      bad,
      reconnect: await measureReconnect(bench, gateways, database, hosts, end),
    };
  } finally {
    await database.close(true);
  }
}

async function lookAtRest(gateways: readonly FleetGateway[]): Promise<FleetFigures['atRest']> {
  const before = await gatewayFigures(gateways);
  await delay(restMs);
  const after = await gatewayFigures(gateways);
  return { ...after, cpuPercent: Math.round(((after.cpuSeconds - before.cpuSeconds) / restMs) * 100_000 * 10) / 10 };
}

function show(
  { say }: Bench,
  { hosts, end }: Pick<FleetOptions, 'hosts' | 'end'>,
  { atRest, first, staged, bad, reconnect }: FleetFigures,
): void {
  const megabytes = (bytes: number): number => Math.round(bytes / 1e6);
  const of = (value: (rollout: RolloutFigures) => unknown) => [first, staged].map((rollout) => String(value(rollout)));
  const steps = Object.keys(staged.goalToHost);
  const lines = [
    ['outcome', ...of(({ outcome }) => outcome)],
    ['approved → green, ms', ...of(({ approvedToGreenMs }) => approvedToGreenMs)],
    ['of it orchestration, ms', ...of(({ overheadMs }) => overheadMs)],
    ['hosts that are not on it', ...of(({ unfinished }) => unfinished)],
    ['reports', ...of(({ reports }) => reports)],
    ['reports a second', ...of(({ reportsPerSecond }) => reportsPerSecond)],
    ['gateway: most memory, MB', ...of(({ gatewayRssBytes }) => megabytes(gatewayRssBytes))],
    ['gateway: CPU, ms', ...of(({ gatewayCpuMs }) => gatewayCpuMs)],
    ['requests refused because of load', ...of(({ shed }) => shed)],
    ['goal → given by a gateway, ms: p50 / p99 within', ...of(({ givenWithinMs: { p50, p99 } }) => `${p50} / ${p99}`)],
    [
      'goal → host that it asks to switch: p50 / p99 / last, ms',
      ...of(({ goalToAskedHost: { p50Ms, p99Ms, maxMs } }) => `${p50Ms} / ${p99Ms} / ${maxMs}`),
    ],
    ['goal → canary, ms: p50 / last', ...of(({ goalToCanary: { p50Ms, maxMs } }) => `${p50Ms} / ${maxMs}`)],
    ['rows written', ...of(({ written }) => written.rows)],
    ['log written, MB', ...of(({ written }) => megabytes(written.walBytes))],
    ...steps.map((step) => [
      `goal → host, ${step}: p50 / p99 / last, ms`,
      ...of(({ goalToHost: { [step]: heard } }) => heard && `${heard.p50Ms} / ${heard.p99Ms} / ${heard.maxMs}`),
    ]),
  ];
  for (const line of tableLines([`${hosts} hosts`, 'at once', 'in stages'], lines)) say(line);
  say(
    `at rest: gateway ${megabytes(atRest.rssBytes)} MB, ${atRest.cpuPercent} % CPU, ${atRest.connections} connections`,
  );
  say(
    `a bad release: ${bad.outcome}, ${bad.hostsTold} hosts told to switch (${bad.failuresAllowed} may fail), undo written ${bad.stoppedMs} ms after the budget broke, last host told ${Math.max(...bad.regions.map(({ lastHostToldMs }) => lastHostToldMs ?? NaN))} ms, all back after ${bad.endedMs} ms`,
  );
  say(
    `gateway ended by ${end}: half of the hosts back after ${reconnect.halfMs} ms, all after ${reconnect.allMs} ms; at most ${reconnect.mostTransactionsPerSecond} transactions a second`,
  );
}
