import { realDecisions } from '../decisions.ts';
import type { Decisions } from '../decisions.ts';
import { runSeed } from './run-seed.ts';
import type { BrokenSeed, SeedRun } from './run-seed.ts';

export interface SeedsResult {
  readonly seeds: number;
  readonly from: number;
  readonly broken: readonly BrokenSeed[];
  /** Of all seeds together. */
  readonly events: number;
  readonly wallMs: number;
}

export interface Seeds {
  readonly seeds: number;
  readonly from: number;
  readonly decisions?: Decisions;
  readonly onSeed?: (run: SeedRun) => void;
}

export function runSeeds({ seeds, from, decisions = realDecisions, onSeed }: Seeds): SeedsResult {
  const startedAt = performance.now();
  const broken: BrokenSeed[] = [];
  let events = 0;
  for (let seed = from; seed < from + seeds; seed += 1) {
    const run = runSeed(seed, decisions);
    events += run.events;
    if (run.broken !== null) broken.push(run.broken);
    onSeed?.(run);
  }
  return { seeds, from, broken, events, wallMs: Math.round(performance.now() - startedAt) };
}
