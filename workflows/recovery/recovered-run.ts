import type { LostDeployment } from '../../activities/recovery/contract.ts';
import { placedHooks } from '../../domain/hook/hook.ts';
import { bindingOf } from '../../domain/plan/plan.ts';
import { planRegions } from '../deployment/planned-regions.ts';
import type { DeploymentRun } from '../deployment/deployment-run.ts';
import { openDeploymentRun } from '../deployment/deployment-run.ts';

/**
 * Above any that a person's messages can have brought to a region (they count from 1): no delayed resume overturns what
 * recovery writes (docs/goal-protocol.md §8).
 */
const recoveryRevision = 1_000_000_000;

/** A record of the lost run may still be on its way: these must not share its number, nor be older than it. */
const sequencesBetween = 1_000;

/** What a run of the workflow would know that had come so far, from what the centre wrote down. */
export function recoveredRun(lost: LostDeployment): DeploymentRun {
  const { start, planned, state, stage, touched, regions, sequence, hooks = [], previousRelease = null } = lost;
  const run = openDeploymentRun(start);
  run.state = state;
  run.stage = stage;
  run.sequence = sequence + sequencesBetween;
  run.controlRevision = recoveryRevision;
  // From there an abort is refused, also one that came while this was taken over.
  run.finishing = lost.pointOfNoReturn;
  if (planned === null) return run;
  const { plan, planDigest } = planned;
  run.planned = {
    plan,
    planDigest,
    binding: bindingOf(plan, planDigest),
    excluded: [],
    previousRelease,
    ownChecks: null,
  };
  run.hooks = hooks.flatMap((begun) => {
    const placed = placedHooks(plan.hooks, begun.moment, begun.region)[begun.index];
    return placed === undefined ? [] : [{ ...placed, state: begun.state, why: begun.why }];
  });
  planRegions(run, plan);
  for (const { region, attempt, generation } of touched) {
    const at = run.regions.get(region);
    if (at !== undefined) Object.assign(at, { attempt, generation, touched: true });
  }
  for (const progress of regions) {
    const at = run.regions.get(progress.region);
    if (at === undefined) continue;
    at.progress = progress;
    // Of what had stopped the same word says that a later goal stands there.
    at.skipped = progress.state === 'skipped' && lost.stop === null;
  }
  return run;
}
