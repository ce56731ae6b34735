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
export const durationText = (durations: Durations | null): string =>
  durations === null
    ? 'no measure yet'
    : `about ${lasted(durations.medianMs)} (last ${durations.count}: worst ${lasted(durations.worstMs)})`;
