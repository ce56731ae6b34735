/** A region whose batch, bake or undo is watched: what its steps are asked, and what its hosts say. */
import type { AdvanceRegionResult, Fenced, Written } from '../activities/goals/contract.ts';
import type { Placement } from '../domain/goal/goal.ts';
import type { Generation, HostId } from '../domain/names.ts';
import { absentAfterMs, admissionOf, attempt, placement, region, releaseOf, service } from './goal-region.ts';
import type { activityAttempt, GoalRegion } from './goal-region.ts';

export const of = { service, region };
export const knowing = { outcomes: [], centreGeneration: 0 as const };
export const budget = { failedPercent: 10, cap: 5 };
export const next = placement('next');
export const control = (controlRevision = 1) => ({ ...of, ...knowing, attempt: attempt(1), controlRevision });
export const watching = (generation: Generation, over: object = {}) => ({
  ...of,
  attempt: attempt(1),
  generation,
  batch: 1,
  budget,
  batchTimeoutMs: 600_000,
  absentAfterMs,
  ...over,
});
export const baking = (generation: Generation, bakeMs: number) => ({ ...watching(generation), bakeMs });
export const onNext = { running: releaseOf('next'), health: 'healthy', state: 'healthy' };
export const failed = {
  running: null,
  health: 'stopped',
  state: 'reverted',
  refused: [{ deployment: 1, digest: releaseOf('next'), reason: '/healthz answered 500' }],
};

/** The generation that a step wrote. */
export async function written(step: Promise<Written | Fenced | AdvanceRegionResult>): Promise<Generation> {
  const result = await step;
  if (result.outcome !== 'written') throw new Error(result.outcome);
  return result.answer.generation;
}
export const begin = (here: GoalRegion, deployment: number, release: Placement): Promise<Generation> =>
  written(
    here.activities.beginRegion({
      ...of,
      ...knowing,
      attempt: attempt(deployment),
      next: release,
      admission: admissionOf(release),
      absentAfterMs,
    }),
  );

/** A region in deployment 1 whose first batch of so many hosts may switch. */
export async function inBatch(
  here: GoalRegion,
  ...names: string[]
): Promise<{ hosts: HostId[]; generation: Generation }> {
  const hosts = await here.enroll(...names);
  const generation = await begin(here, 1, next);
  const batch = { ...of, attempt: attempt(1), generation, batch: 1, share: { hosts: names.length }, absentAfterMs };
  const allowed = await here.activities.advanceRegion(batch);
  if (allowed.outcome !== 'written') throw new Error(allowed.reason);
  return { hosts, generation: allowed.answer.generation };
}
export const heartbeat = async (environment: ReturnType<typeof activityAttempt>): Promise<unknown> =>
  new Promise((resolve) => environment.once('heartbeat', resolve));
