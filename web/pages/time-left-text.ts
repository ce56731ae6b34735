import type { Deployment, DeploymentPlan } from '../client/api.ts';
import { durationText } from '../parts/durations.ts';

/** From here on it takes as long as hosts take; `null` while it is not on its way to them, or a person decides how long. */
export function onItsWaySince({ kind, outcome, state, why, steps }: Deployment): string | null {
  const isAway = outcome !== null || state === 'undoing' || why?.needsSomeone === true;
  // What is known of a rollback's time is that of rollouts.
  if (isAway || kind === 'rollback') return null;
  return steps.find((step) => step.kind === 'stage')?.startedAt ?? null;
}

/** `about 2 min to 5 min left`, as the last successes took; `null` without one. */
export function timeLeftText(tookMs: DeploymentPlan['tookMs'], elapsedMs: number): string | null {
  if (tookMs === null) return null;
  const [least, most] = [tookMs.least - elapsedMs, tookMs.most - elapsedMs];
  if (most <= 0) return 'longer than the last ones took';
  const [from, to] = [durationText(least), durationText(most)];
  if (least < 1_000) return `at most ${to} left`;
  return from === to ? `about ${to} left` : `about ${from} to ${to} left`;
}
