import type { Command } from 'commander';
import type { RegionName } from '../../domain/names.ts';
import type { SimulatedFaults } from '../../domain/simulation/simulated-plan.ts';
import type { DeploymentPlan } from '../../protocol/api/plan.ts';
import { durationForm, durationMs, percentOf } from '../../protocol/quantities.ts';
import { UsageError } from '../usage-error.ts';

/** As commander gives them. */
export interface SimulationFlags {
  readonly simulate?: boolean;
  readonly failHost?: string;
  readonly loseHost?: string;
  readonly slowRegion?: readonly string[];
  readonly loseRegion?: readonly string[];
  readonly badWorld?: readonly string[];
  readonly seed?: string;
  readonly hosts?: readonly string[];
}

const each = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];

export const withSimulationFlags = (command: Command): Command =>
  command
    .option('--simulate', 'carry the plan out on a model of the fleet, and print what happens when')
    .option('--fail-host <percent>', 'in the simulation: the release fails on so many hosts, such as 3%')
    .option('--lose-host <percent>', 'in the simulation: so many hosts fall silent when they are told to switch')
    .option('--slow-region <region>', 'in the simulation: ap-south is 10 times slower, ap-south=3 is 3 times', each)
    .option(
      '--lose-region <duration>',
      'in the simulation: the last region, or that of ap-south=10m, is cut off from the centre for 10m',
      each,
    )
    .option(
      '--bad-world <region>',
      'in the simulation: from its first batch on no instance in ap-south is well, whatever it runs; ap-south=10m: 10m after that',
      each,
    )
    .option('--seed <n>', 'in the simulation: draws other hosts and times')
    .option('--hosts <n>', 'in the simulation: 4 hosts where they are not known, eu-west=4 has 4', each);

/** @throws UsageError by the flag that is wrong */
export function simulatedFaults(flags: SimulationFlags, plan: DeploymentPlan): SimulatedFaults {
  const regions = plan.stages.flatMap((stage) => stage.regions.map(({ region }) => region));
  const cutOff = (flags.loseRegion ?? []).map((text) => cutOffOf(text, regions));
  const slow = (flags.slowRegion ?? []).map((text) => slowOf(text, regions));
  const badWorld = (flags.badWorld ?? []).map((text) => badWorldOf(text, regions));
  return {
    seed: flags.seed === undefined ? 1 : wholeNumber('--seed', flags.seed),
    failPercent: flags.failHost === undefined ? 0 : percent('--fail-host', flags.failHost),
    losePercent: flags.loseHost === undefined ? 0 : percent('--lose-host', flags.loseHost),
    slow: new Map(slow),
    cutOff: new Map(cutOff),
    badWorld: new Map(badWorld),
  };
}

const isSimulationFlag = ['failHost', 'loseHost', 'slowRegion', 'loseRegion', 'badWorld', 'seed', 'hosts'] as const;

/** Without `--simulate` they would say nothing. @throws UsageError */
export function refuseWithoutSimulation(flags: SimulationFlags): void {
  const given = isSimulationFlag.find((name) => flags[name] !== undefined);
  if (flags.simulate === true || given === undefined) return;
  const flag = given.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  throw new UsageError(`--${flag} is about a simulation: add --simulate`);
}

function percent(flag: string, text: string): number {
  const value = percentOf(text);
  if (value === null) throw new UsageError(`${flag} must be a percentage such as 3%, not ${JSON.stringify(text)}`);
  return value;
}

function wholeNumber(flag: string, text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new UsageError(`${flag} must be a whole number, not ${JSON.stringify(text)}`);
  return Number(text);
}

function slowOf(text: string, regions: readonly RegionName[]): readonly [RegionName, number] {
  const [name, times = '10'] = atEquals(text);
  if (!/^\d{1,4}(\.\d+)?$/.test(times) || Number(times) <= 0)
    throw new UsageError(
      `--slow-region must say how many times slower, such as ap-south=3, not ${JSON.stringify(text)}`,
    );
  return [planned('--slow-region', name, regions), Number(times)];
}

/** The plan with as many hosts as `--hosts` says: `4` is of all regions whose hosts are not known. @throws UsageError */
export function withGivenHosts(plan: DeploymentPlan, flags: Pick<SimulationFlags, 'hosts'>): DeploymentPlan {
  const regions = plan.stages.flatMap((stage) => stage.regions.map(({ region }) => region));
  const given = new Map((flags.hosts ?? []).map((text) => hostsOf(text, regions)));
  const hostsIn = ({ region, hosts }: DeploymentPlan['stages'][number]['regions'][number]) =>
    given.get(region) ?? hosts ?? given.get(null) ?? null;
  const stages = plan.stages.map((stage) => ({
    ...stage,
    regions: stage.regions.map((each) => ({ ...each, hosts: hostsIn(each) })),
  }));
  return { ...plan, stages };
}

function hostsOf(text: string, regions: readonly RegionName[]): readonly [RegionName | null, number] {
  const [first, second] = atEquals(text);
  const count = second ?? first;
  if (!/^[1-9]\d{0,4}$/.test(count))
    throw new UsageError(
      `--hosts must be 1 to 99999 hosts such as 4, or of a region eu-west=4, not ${JSON.stringify(text)}`,
    );
  return [second === undefined ? null : planned('--hosts', first, regions), Number(count)];
}

/** `10m` is of the last region. */
function cutOffOf(text: string, regions: readonly RegionName[]): readonly [RegionName, number] {
  const [first, second] = atEquals(text);
  const ms = durationMs(second ?? first);
  if (ms === null)
    throw new UsageError(`--lose-region must be ${durationForm}, or region=duration, not ${JSON.stringify(text)}`);
  return [second === undefined ? regions.at(-1)! : planned('--lose-region', first, regions), ms];
}

/** `ap-south` is from its first batch on. */
function badWorldOf(text: string, regions: readonly RegionName[]): readonly [RegionName, number] {
  const [name, after] = atEquals(text);
  const ms = after === undefined ? 0 : durationMs(after);
  if (ms === null)
    throw new UsageError(
      `--bad-world must be a region, or one and how long after its first batch, such as ap-south=10m, not ${JSON.stringify(text)}`,
    );
  return [planned('--bad-world', name, regions), ms];
}

/** `ap-south=10m` in two; what stands behind another `=` belongs to the second, and is refused with it. */
function atEquals(text: string): readonly [string, string?] {
  const at = text.indexOf('=');
  return at === -1 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

function planned(flag: string, name: string, regions: readonly RegionName[]): RegionName {
  const region = regions.find((known) => known === name);
  if (region !== undefined) return region;
  throw new UsageError(`${flag}: the plan has no region ${JSON.stringify(name)}; it has ${regions.join(', ')}`);
}
