import type { Verdict } from '../goal/region-view.ts';
import { nextChangeMs, type ModelRegion } from './model-region.ts';

/** In ms since the simulation began. */
export interface Watch {
  readonly fromMs: number;
  /** Nobody watches after it. */
  readonly untilMs: number;
  /** After so long the judge may decide otherwise, though no host has changed. */
  readonly limitsMs: readonly number[];
}

export interface Judged<Said extends Verdict | null = Verdict | null> {
  /** Anything but to wait. */
  readonly said: Said;
  readonly atMs: number;
}

/** A look at 20,000 hosts isn't taken for each of them: the hosts of so many ms are looked at together. */
const lookEveryMs = 500;

/** Looks until `judge` says more than to wait; `null` when nobody watches for so long. */
export function untilJudged<Said extends Verdict | null>(
  at: ModelRegion,
  { fromMs, untilMs, limitsMs }: Watch,
  judge: (atMs: number) => Said,
): Judged<Said> | null {
  // Silence counts once somebody has listened for so long.
  const limits = [at.plan.absentAfterMs, ...limitsMs].map((ms) => fromMs + ms);
  for (let now = fromMs; now <= untilMs;) {
    const said = judge(now);
    if (said?.verdict !== 'wait') return { said, atMs: now };
    const change = Math.max(nextChangeMs(at, now), now + lookEveryMs);
    now = Math.min(change, ...limits.filter((ms) => ms > now));
  }
  return null;
}
