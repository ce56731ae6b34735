import { medianOf } from '../frame/distribution.ts';

/** Something that happened in one run, in ms: of the wall clock, or after the merge was sent. */
export interface Moment {
  readonly step: string;
  readonly atMs: number;
}

/** The same moments, counted from `fromMs`. */
export const since = (fromMs: number, moments: readonly Moment[]): readonly Moment[] =>
  moments.map(({ step, atMs }) => ({ step, atMs: atMs - fromMs }));

/** One step over all runs; medians, in ms. */
export interface StepFigures {
  readonly step: string;
  readonly sinceMergeMs: number | null;
  /** Since the latest of all steps above it; 0 for what ran beside them and was done before. */
  readonly addedMs: number | null;
}

/** Steps of several runs, each counted from its merge, in the order of the first run. */
export function stepFigures(runs: readonly (readonly Moment[])[]): readonly StepFigures[] {
  const added = runs.map(addedBy);
  return (runs[0] ?? []).map(({ step }) => ({
    step,
    sinceMergeMs: medianOf(runs.flatMap((run) => run.find((moment) => moment.step === step)?.atMs ?? [])),
    addedMs: medianOf(added.flatMap((run) => run.get(step) ?? [])),
  }));
}

function addedBy(run: readonly Moment[]): ReadonlyMap<string, number> {
  let latest = 0;
  return new Map(
    run.map(({ step, atMs }) => {
      const addedMs = Math.max(0, atMs - latest);
      latest = Math.max(latest, atMs);
      return [step, addedMs];
    }),
  );
}
