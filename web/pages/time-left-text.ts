import type { Deployment, DeploymentPlan } from '../client/api.ts';
import { durationText } from '../parts/durations.ts';

/**
 * Since when it has taken its time, as that of the last ones is counted: from the end of its approval, or without one from
 * its first stage. `null` before that, and while a person decides how long it takes.
 */
export function onItsWaySince({ kind, outcome, state, why, steps }: Deployment): string | null {
  const isAway = outcome !== null || state === 'undoing' || why?.needsSomeone === true;
  // What is known of a rollback's time is that of rollouts.
  if (isAway || kind === 'rollback') return null;
  const stepOf = (wanted: (typeof steps)[number]['kind']) => steps.find(({ kind: each }) => each === wanted);
  const onItsWay = stepOf('stage')?.startedAt ?? null;
  return onItsWay === null ? null : (stepOf('approval')?.endedAt ?? onItsWay);
}

/** `about 2 min to 5 min left`, as the last successes took; `null` without one. */
export function timeLeftText(tookMs: DeploymentPlan['tookMs'], elapsedMs: number): string | null {
  if (tookMs === null) return null;
  const [least, most] = [tookMs.least - elapsedMs, tookMs.most - elapsedMs];
  if (most <= 0) return 'longer than the last ones took';
  if (most < 1_000) return 'about to end';
  const [from, to] = [durationText(least), durationText(most)];
  if (least < 1_000) return `at most ${to} left`;
  return from === to ? `about ${to} left` : `about ${from} to ${to} left`;
}
