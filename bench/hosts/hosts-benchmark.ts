import { isDeepStrictEqual } from 'node:util';
import type { Bench, CommonOptions, Measured } from '../frame/run-benchmark.ts';
import { tableLines } from '../frame/table.ts';
import { measureFleet, type FleetFigures } from './measure-fleet.ts';

export interface HostsOptions extends CommonOptions {
  /** Hosts a region, of two deployments that are compared. */
  readonly few: number;
  readonly many: number;
  readonly regions: number;
}

/** A history's size does not depend on the number of hosts. */
export async function hostsBenchmark(bench: Bench, { few, many, regions }: HostsOptions): Promise<Measured> {
  const fleets: FleetFigures[] = [];
  for (const hosts of [few, many])
    fleets.push(await bench.onStack({ regions, hosts: 0 }, (stack) => measureFleet(bench, stack, hosts)));
  show(bench, fleets);
  const same = fleets.every(({ histories }) => isDeepStrictEqual(kindsOf(histories), kindsOf(fleets[0]!.histories)));
  bench.say(same ? 'the histories hold the same events' : 'the histories DIFFER');
  return { ok: same && fleets.every(({ outcome }) => outcome === 'succeeded'), same, fleets };
}

const kindsOf = (histories: FleetFigures['histories']) =>
  Object.entries(histories).map(([name, { byType }]) => [name, byType]);

function show({ say }: Bench, fleets: readonly FleetFigures[]): void {
  const columns = fleets.map(({ hostsPerRegion }) => `${hostsPerRegion} hosts a region`);
  const histories = Object.keys(fleets[0]!.histories).flatMap((name) => [
    [`${name}: events`, ...fleets.map((fleet) => fleet.histories[name]!.events)],
    [`  of workflow tasks`, ...fleets.map((fleet) => fleet.histories[name]!.ofWorkflowTasks)],
    [`  bytes`, ...fleets.map((fleet) => fleet.histories[name]!.bytes)],
  ]);
  const lane = [
    ['lane: events', ...fleets.map((fleet) => fleet.lane.events)],
    ['  bytes', ...fleets.map((fleet) => fleet.lane.bytes)],
  ];
  const durations = [
    ['merge → approved, ms', ...fleets.map(({ mergeToApprovedMs }) => mergeToApprovedMs)],
    ['approved → green, ms', ...fleets.map(({ approvedToGreenMs }) => approvedToGreenMs)],
  ];
  const batches = Object.entries(fleets[0]!.batchesMs).flatMap(([region, ms]) =>
    ms.map((_, index) => [
      `${region}: batch ${index + 1}, ms`,
      ...fleets.map(({ batchesMs }) => batchesMs[region]?.[index] ?? null),
    ]),
  );
  const programs = Object.keys(fleets[0]!.usage).flatMap((name) => [
    [`${name}: CPU, ms`, ...fleets.map(({ usage }) => usage[name]!.cpuMs)],
    [`${name}: PSS, MB`, ...fleets.map(({ usage }) => usage[name]!.pssBytes / 1e6)],
  ]);
  for (const line of tableLines(['', ...columns], [...histories, ...lane, ...durations, ...batches, ...programs]))
    say(line);
}
