import { lasted } from './plain-text.ts';

/** How long something took when it was done before. */
export interface Durations {
  readonly leastMs: number;
  readonly medianMs: number;
  readonly worstMs: number;
  readonly count: number;
}

/** `null` when it was never measured. */
export function durationsOf(ms: readonly number[]): Durations | null {
  const sorted = ms.toSorted((a, b) => a - b);
  const [leastMs] = sorted;
  const worstMs = sorted.at(-1);
  if (leastMs === undefined || worstMs === undefined) return null;
  return { leastMs, medianMs: sorted[Math.floor((sorted.length - 1) / 2)] ?? worstMs, worstMs, count: sorted.length };
}

/** `about 50 s (last 10: worst 1 min 40 s)` */
export function durationText(durations: Durations | null): string {
  if (durations === null) return 'no measure yet';
  const { medianMs, worstMs, count } = durations;
  return count === 1
    ? `about ${lasted(medianMs)}, as the last time`
    : `about ${lasted(medianMs)} (last ${count}: worst ${lasted(worstMs)})`;
}
