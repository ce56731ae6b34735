import { instancePortsPerHost } from '../../infra/local/addresses.ts';
import { regionNames } from '../../infra/local/options.ts';
import { distributionOf, medianOf } from '../frame/distribution.ts';
import type { Bench, CommonOptions, Measured } from '../frame/run-benchmark.ts';
import { tableLines } from '../frame/table.ts';
import { measureSplit, type SplitRun } from './measure-split.ts';
import { measureStarts, warmUpMerges, type StartFigures } from './measure-starts.ts';
import { stepFigures } from './moments.ts';

export interface DeployOptions extends CommonOptions {
  readonly services: number;
  readonly paceMs: number;
  readonly runs: number;
  /** Of the split, as below. */
  readonly regions: number;
  /** In each region. */
  readonly hosts: number;
}

/**
 * How soon a merge has its workflow, and where the time from merge to green goes. On a stack each: the instances of
 * fifty services would be in the way of the second.
 */
export async function deployBenchmark(bench: Bench, options: DeployOptions): Promise<Measured> {
  const { services, runs, regions, hosts } = options;
  const starts =
    services === 0 ? null : await bench.onStack(roomFor(services), (stack) => measureStarts(bench, stack, options));
  const split = runs === 0 ? [] : await bench.onStack({ regions, hosts }, (stack) => measureSplit(bench, stack, runs));
  if (starts !== null) showStarts(bench, starts);
  const figures = { starts, ...splitFigures(split) };
  showSplit(bench, figures);
  return { ok: starts === null || starts.succeeded === starts.merges, ...figures };
}

/** A host has ports for a few instances only. */
function roomFor(services: number): { readonly regions: number; readonly hosts: number } {
  const needed = Math.ceil((services + warmUpMerges) / instancePortsPerHost);
  if (needed > regionNames.length) throw new RangeError(`${services} services are more than there are ports for`);
  return { regions: needed, hosts: 1 };
}

function splitFigures(runs: readonly SplitRun[]) {
  const names = (runs[0]?.regions ?? []).map(({ region }) => region);
  const ofRegion = (name: string) => runs.flatMap(({ regions }) => regions.filter(({ region }) => region === name));
  return {
    mergeToGreen: distributionOf(runs.map(({ moments }) => moments.at(-1)!.atMs)),
    steps: stepFigures(runs.map(({ moments }) => moments)),
    regions: names.map((region) => ({ region, steps: stepFigures(ofRegion(region).map(({ moments }) => moments)) })),
    cpuMs: Object.fromEntries(
      Object.keys(runs[0]?.cpuMs ?? {}).map((name) => [name, medianOf(runs.flatMap(({ cpuMs }) => cpuMs[name] ?? []))]),
    ),
    runs,
  };
}

function showStarts({ say }: Bench, starts: StartFigures): void {
  const { webhookAnswer, mergeToWorkflowStarted, mergeToFirstTask, steps, coldMergeToFirstTaskMs } = starts;
  const rows = Object.entries({
    'webhook → answered': webhookAnswer,
    'webhook → workflow started': mergeToWorkflowStarted,
    'webhook → its first task started': mergeToFirstTask,
  });
  const lines = tableLines(
    ['ms', 'p50', 'p99', 'max', 'merges'],
    rows.map(([name, { p50Ms, p99Ms, maxMs, count }]) => [name, p50Ms, p99Ms, maxMs, count]),
  );
  for (const line of ['', ...lines]) say(line);
  say(`medians: ${steps.map(({ step, addedMs }) => `${step} +${Math.round(addedMs ?? 0)}`).join(', ')}`);
  say(`the first merge after the start: ${coldMergeToFirstTaskMs} ms`);
}

function showSplit({ say }: Bench, { steps, regions, cpuMs, runs }: ReturnType<typeof splitFigures>): void {
  if (runs.length === 0) return;
  const whole = tableLines(
    [`merge → green, medians of ${runs.length} in ms`, 'added', 'since merge'],
    steps.map(({ step, addedMs, sinceMergeMs }) => [step, addedMs, sinceMergeMs]),
  );
  for (const line of ['', ...whole]) say(line);
  say(
    `CPU: ${Object.entries(cpuMs)
      .map(([name, ms]) => `${name} ${ms ?? '-'}`)
      .join(', ')}`,
  );
  for (const { region, steps: ofRegion } of regions) {
    say(`${region}: ${ofRegion.map(({ step, addedMs }) => `${step} +${Math.round(addedMs ?? 0)}`).join(', ')}`);
  }
}
