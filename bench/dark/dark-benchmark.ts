import type { Bench, CommonOptions, Measured } from '../frame/run-benchmark.ts';
import { tableLines } from '../frame/table.ts';
import { measureDark, type DarkFigures, type DarkSettings } from './measure-dark.ts';

export interface DarkOptions extends CommonOptions, DarkSettings {
  readonly regions: number;
  /** Real ones, in each region. */
  readonly hosts: number;
}

/** An undo with one region dark: when the others can be deployed to again, and when the dark one has caught up. */
export const darkBenchmark = (bench: Bench, options: DarkOptions): Promise<Measured> =>
  bench.onStack({ regions: options.regions, hosts: options.hosts }, async (stack) => {
    const figures = await measureDark(bench, stack, options);
    show(bench, figures);
    const { outcome, pending, nextOutcome } = figures;
    return { ok: outcome === 'undone' && nextOutcome === 'succeeded' && pending.length === 1, ...figures };
  });

function show({ say }: Bench, figures: DarkFigures): void {
  const { outcome, pending, othersBackMs, endedMs, nextBegunMs, nextGreenMs, nextOutcome, darkBackMs, settledMs } =
    figures;
  const rows = [
    ['hosts of the other regions back, healthy', othersBackMs],
    [`ended ${outcome}, pending ${pending.join(', ')}: the lane is free`, endedMs],
    ['the next deployment begun in the other regions', nextBegunMs],
    [`the next deployment ${nextOutcome}`, nextGreenMs],
    ['since it answers again: its hosts back, healthy', darkBackMs],
    ['since it answers again: nothing is owed', settledMs],
  ] as const;
  for (const line of tableLines(['since the abort was answered', 'ms'], rows)) say(line);
}
