/** Of a set of durations, in ms, rounded to a tenth; `null` of an empty set. */
export interface Distribution {
  readonly count: number;
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
  readonly maxMs: number | null;
}

export function distributionOf(valuesMs: readonly number[]): Distribution {
  const sorted = valuesMs.toSorted((a, b) => a - b);
  return {
    count: sorted.length,
    p50Ms: quantile(sorted, 0.5),
    p99Ms: quantile(sorted, 0.99),
    maxMs: quantile(sorted, 1),
  };
}

/** `null` of an empty set. */
export const medianOf = (values: readonly number[]): number | null =>
  quantile(
    values.toSorted((a, b) => a - b),
    0.5,
  );

/** Nearest rank: a value that was measured, never one between two. Of 50, p99 is the largest. */
function quantile(sorted: readonly number[], share: number): number | null {
  const rank = Math.max(1, Math.ceil(share * sorted.length));
  const value = sorted[rank - 1];
  return value === undefined ? null : Math.round(value * 10) / 10;
}
