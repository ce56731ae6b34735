import type { Deployment, DeploymentPlan } from '../client/api.ts';
import { durationText } from '../parts/durations.ts';

/**
 * Where what the last ones took is counted from, once it is on its way to hosts: the end of its approval. `null` before
 * that, and while a person decides how long it takes.
 */
export function onItsWaySince({ kind, outcome, state, why, steps }: Deployment): string | null {
  const isAway = outcome !== null || state === 'undoing' || why?.needsSomeone === true;
  // What is known of a rollback's time is that of rollouts.
  if (isAway || kind === 'rollback') return null;
  const stepOf = (wanted: (typeof steps)[number]['kind']) => steps.find(({ kind: each }) => each === wanted);
  return stepOf('stage')?.startedAt ? (stepOf('approval')?.endedAt ?? null) : null;
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
