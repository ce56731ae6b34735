import { ObligationRow } from '../../infra/postgres/central/entities.ts';
import { distributionOf } from '../frame/distribution.ts';
import type { Bench, CommonOptions, Measured } from '../frame/run-benchmark.ts';
import { tableLines } from '../frame/table.ts';
import { until } from '../frame/until.ts';
import type { BenchStack } from '../stack/bench-stack.ts';
import { runFleet, type RunResult } from './run/run-fleet.ts';
import { openSlot, type Slot } from './run/slot.ts';
import { drawRun } from './scenario/draw-run.ts';
import { runText, type FleetRun } from './scenario/scenario.ts';
import { rightEnds } from './verdict/right-ends.ts';

export interface FleetRunsOptions extends CommonOptions {
  readonly runs: number;
  /** The first of them that is run: what a benchmark that was cut off left. */
  readonly from: number;
  readonly seed: number;
  /** Light ones, of each run. */
  readonly hosts: number;
  /** Runs that go on beside each other, in a region each. */
  readonly together: number;
  /** Each on a stack of its own, since services and their releases add up. */
  readonly perStack: number;
  /** After so long no run begins any more; then fewer are judged. */
  readonly minutes: number;
  /** That run alone; all unless given. */
  readonly only?: number;
}

interface BrokenRun {
  readonly number: number;
  readonly seed: number;
  readonly scenario: string;
  readonly faults: readonly string[];
}

type Result = RunResult | BrokenRun;

/** Seeded deployments over fleets in which some hosts are slow, lie, vanish or return: the right outcome each time. */
export async function fleetRunsBenchmark(bench: Bench, options: FleetRunsOptions): Promise<Measured> {
  const { runs, from: first, seed, hosts, only, perStack, minutes } = options;
  const all = Array.from({ length: runs }, (_, index) => index + 1);
  const numbers = only === undefined ? all.slice(first - 1) : [only];
  const scenarios = numbers.map((number) => drawRun(seed, number, hosts));
  const results: Result[] = [];
  let isSettled = true;
  const endsAt = performance.now() + minutes * 60_000;
  for (let from = 0; from < scenarios.length && performance.now() < endsAt; from += perStack) {
    const ended = await onOneStack(bench, { ...options, endsAt }, scenarios.slice(from, from + perStack));
    results.push(...ended.results);
    isSettled &&= ended.isSettled;
  }
  const right = results.filter(({ faults }) => faults.length === 0).length;
  const figures = figuresOf(
    scenarios.filter(({ number }) => results.some((result) => result.number === number)),
    results,
  );
  show(bench, options, results, figures);
  const ok = isSettled && results.length > 0 && right === results.length;
  return { ok, right, of: results.length, isSettled, ...figures, results };
}

type Limited = FleetRunsOptions & { readonly endsAt: number };

interface StackResults {
  readonly results: readonly Result[];
  /** Nothing is owed by any region at the end. */
  readonly isSettled: boolean;
}

const onOneStack = (bench: Bench, options: Limited, scenarios: readonly FleetRun[]): Promise<StackResults> =>
  bench.onStack({ regions: Math.min(options.together, scenarios.length), hosts: 0 }, async (stack) => {
    const slots = await Promise.all(stack.shape.regions.map((region) => openSlot(stack, region, options.hosts)));
    try {
      const results = await inSlots(bench, slots, scenarios, options.endsAt);
      return { results, isSettled: await isNothingOwed(bench, stack) };
    } finally {
      await Promise.all(slots.map((slot) => slot.close()));
    }
  });

/** An undo that is owed waits three minutes for hosts that are silent, and is tried every 15 s. */
const owedForMs = 240_000;

async function isNothingOwed({ signal, say }: Bench, { central }: BenchStack): Promise<boolean> {
  const look = async (): Promise<true | undefined> =>
    (await central.em.fork().count(ObligationRow, {})) === 0 ? true : undefined;
  return until('what regions owe', { limitMs: owedForMs, signal, everyMs: 1_000 }, look).catch((error: unknown) => {
    signal.throwIfAborted();
    say(`WRONG: ${(error as Error).message}`);
    return false;
  });
}

async function inSlots(
  bench: Bench,
  slots: readonly Slot[],
  scenarios: readonly FleetRun[],
  endsAt: number,
): Promise<Result[]> {
  const left = [...scenarios];
  const next = (): FleetRun | undefined => (performance.now() < endsAt ? left.shift() : undefined);
  const results: Result[] = [];
  const goOn = async (slot: Slot): Promise<void> => {
    for (let run = next(); run !== undefined; run = next()) {
      const result = await runOne(slot, run, bench.signal);
      results.push(result);
      bench.say(lineOf(result));
      for (const fault of result.faults) bench.say(`    WRONG: ${fault}`);
      if (result.faults.length > 0) bench.say(`    ${result.scenario}`);
    }
  };
  await Promise.all(slots.map(goOn));
  return results.toSorted((a, b) => a.number - b.number);
}

async function runOne(slot: Slot, run: FleetRun, signal: AbortSignal): Promise<Result> {
  try {
    return await runFleet(slot, run, signal);
  } catch (error) {
    signal.throwIfAborted();
    const { number, seed } = run;
    return { number, seed, scenario: runText(run), faults: [`it broke off: ${(error as Error).message}`] };
  }
}

function lineOf(result: Result): string {
  const verdict = result.faults.length === 0 ? 'right' : 'WRONG';
  if (!('outcome' in result)) return `  ${verdict} run ${result.number}: broke off`;
  const { number, outcome, held, touched, tookMs, deploymentMs, settledMs } = result;
  const how = `${outcome}${held ? ' (held)' : ''}, ${touched} hosts touched`;
  const [took, of, settled] = [tookMs, deploymentMs, settledMs].map((ms) => Math.round(ms / 1000));
  return `  ${verdict} run ${number}: ${how}; ${of} s, settled after ${settled}, ${took} in all`;
}

function figuresOf(scenarios: readonly FleetRun[], results: readonly Result[]) {
  const ended = results.filter((result): result is RunResult => 'outcome' in result);
  const count = (is: (result: RunResult) => boolean): number => ended.filter(is).length;
  const slowest = ended.flatMap(({ slowestReturnMs }) => (slowestReturnMs === null ? [] : [slowestReturnMs]));
  return {
    /** By the scenario alone, before anything has happened. */
    oneRightOutcome: scenarios.filter((run) => rightEnds(run, 'none').outcomes.length === 1).length,
    succeeded: count(({ outcome }) => outcome === 'succeeded'),
    undone: count(({ outcome }) => outcome === 'undone'),
    held: count(({ held }) => held),
    returned: ended.reduce((sum, { returned }) => sum + returned, 0),
    /** The slowest of each run, after its end. */
    backToRight: distributionOf(slowest),
    took: distributionOf(ended.map(({ tookMs }) => tookMs)),
  };
}

function show(
  { say }: Bench,
  { seed, hosts }: FleetRunsOptions,
  results: readonly Result[],
  figures: ReturnType<typeof figuresOf>,
): void {
  const wrong = results.filter(({ faults }) => faults.length > 0);
  say('');
  const rows = Object.entries(figures).map(([name, value]): (string | number)[] => [
    name,
    typeof value === 'number' ? value : `${value.p50Ms} / ${value.maxMs}`,
  ]);
  for (const line of tableLines(['runs', String(results.length)], rows)) say(line);
  say(`${results.length - wrong.length} of ${results.length} runs came out right`);
  for (const { number, faults } of wrong) {
    say(`WRONG run ${number}: ${faults.join('; ')}`);
    say(`  again: npm run bench -- fleet-runs --seed ${seed} --hosts ${hosts} --only ${number}`);
  }
}
