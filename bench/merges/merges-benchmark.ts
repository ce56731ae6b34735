import { tableLines } from '../frame/table.ts';
import type { Bench, CommonOptions, Measured } from '../frame/run-benchmark.ts';
import type { HistorySizes } from './history-sizes.ts';
import { measureMerges, type MergesFigures } from './measure-merges.ts';

export interface MergesOptions extends CommonOptions {
  readonly merges: number;
  readonly services: number;
  readonly regions: number;
  /** Light ones, in each region. */
  readonly hosts: number;
  /** Regions that each service is deployed to. */
  readonly span: number;
  /** Each merge of a service comes when the one before has begun, so that none takes another's place. */
  readonly each: boolean;
}

/** Many merges at once: all of them end, none is lost or doubled, and what that takes. */
export const mergesBenchmark = (bench: Bench, options: MergesOptions): Promise<Measured> =>
  bench.onStack({ regions: options.regions, hosts: 0 }, async (stack) => {
    const figures = await measureMerges(bench, stack, options);
    show(bench, figures);
    const { seen, merges, accepted } = figures;
    const inTemporal = figures.histories['deployment']?.runs;
    const once = seen.doubled === 0 && inTemporal === seen.started;
    const whole = accepted === merges && seen.open === 0 && seen.lost === 0 && once;
    return { ok: whole && (!options.each || seen.byOutcome['succeeded'] === merges), ...figures };
  });

function show({ say }: Bench, figures: MergesFigures): void {
  const { merges, accepted, seen, answer, sentMs, endedMs, peakPssBytes, histories, cpuMs } = figures;
  const outcomes = Object.entries(seen.byOutcome).map(([outcome, count]) => `${count} ${outcome}`);
  say(`\n${merges} merges, ${accepted} answered 202 in ${seconds(sentMs)} (p99 ${answer.p99Ms} ms)`);
  say(`all ended after ${seconds(endedMs)}: ${outcomes.join(', ')}; lost ${seen.lost}, doubled ${seen.doubled}`);
  const { p50Ms, maxMs } = seen.firstOfServiceStarted;
  say(`the first of each service started ${p50Ms} ms (p50), ${maxMs} ms (max) after it came`);
  say(`PSS of the stack at its most ${(peakPssBytes / 1e9).toFixed(2)} GB`);
  const cells = ([type, sizes]: readonly [string, HistorySizes]) =>
    [type, sizes.runs, sizes.meanEvents, sizes.mostEvents, sizes.meanBytes / 1e3, sizes.mostBytes / 1e3] as const;
  const head = ['histories', 'runs', 'events, mean', 'most', 'kB, mean', 'most'];
  for (const line of tableLines(head, Object.entries(histories).map(cells))) say(line);
  const total = Object.values(cpuMs).reduce((sum, ms) => sum + ms, 0);
  const most = Object.entries(cpuMs).toSorted(([, a], [, b]) => b - a);
  say(`CPU ${seconds(total)}: ${most.map(([name, ms]) => `${name} ${seconds(ms)}`).join(', ')}`);
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
