import { CancellationScope, isCancellation } from '@temporalio/workflow';
import { decideSkip } from '../../domain/deployment/leaving-waits.ts';
import type { RegionName } from '../../domain/names.ts';
import { faultReason } from '../faults.ts';
import type { SkipRegionMessage } from '../messages/deployment.ts';
import { withinDeadline } from '../within-deadline.ts';
import type { DeploymentRun } from './deployment-run.ts';
import { plannedOf, regionOf, showRegion } from './deployment-run.ts';
import { tellRegions } from './go-on.ts';
import { writeHold } from './leave-held.ts';
import { recordOwed } from './owe.ts';
import { record } from './record.ts';
import { showState } from './region.ts';
import type { TokenVerb } from './tokens.ts';

/** Goes on without a region, which gets the release later by a deployment of its own. */
export const skipVerb = (run: DeploymentRun, { region, reason }: SkipRegionMessage): TokenVerb => ({
  verb: 'skip-region',
  about: { region },
  decide: (at) =>
    decideSkip(
      at,
      [...run.regions.values()].map(({ progress, held }) => ({ ...progress, held })),
      region,
    ),
  act: ({ approver }) => {
    const why = `skipped by ${approver}: ${reason}`;
    leave(run, region, why);
    record(run, { actor: approver, event: 'region-skipped', message: `${region} is ${why}` });
    return `${region} is ${why}; it gets the release by a deployment of its own`;
  },
});

/** Ends what goes forward there. What it has begun stays registered to be undone. */
function leave(run: DeploymentRun, region: RegionName, why: string): void {
  const at = regionOf(run, region);
  const wasRunning = at.running;
  Object.assign(at, { skipped: true, held: false, running: false });
  run.children.delete(region);
  run.copying = run.copying.filter((other) => other !== region);
  showRegion(run, region, { state: 'skipped', reason: why });
  if (wasRunning) showState(run);
  for (const end of at.leaving) end();
  if (at.touched) run.staying = Promise.all([run.staying, stay(run, region)]);
  void tellRegions(run);
}

/**
 * Nobody watches its hosts any more, so none of them may switch: they stay where they are, as after an abort with hold, and
 * the next deployment there keeps what they run (docs/goal-protocol.md §3). When this one stops, that tells the region more.
 */
function stay(run: DeploymentRun, region: RegionName): Promise<void> {
  const ms = plannedOf(run).plan.undoDeadlineMs;
  const summary = `${region} has to stay where it is`;
  return CancellationScope.nonCancellable(async () => {
    const told = await withinDeadline({ ms, summary, enough: () => run.stop !== null }, async () => {
      await writeHold(run, region);
      return null;
    }).catch(faultReason);
    if (told === null || run.stop !== null) return;
    const reason = told === 'too late' ? 'does not answer' : told;
    await recordOwed(run, region, 'hold', reason);
    regionOf(run, region).owesHold = true;
    record(run, { event: 'region-pending', message: `${region} owes hold: ${reason}` });
  });
}

/** What goes forward in a region; `null` once it was skipped: then that is cancelled. */
export async function unlessSkipped<T>(
  run: DeploymentRun,
  region: RegionName,
  work: () => Promise<T>,
): Promise<T | null> {
  const at = regionOf(run, region);
  if (at.skipped) return null;
  const scope = new CancellationScope();
  const leave = (): void => scope.cancel();
  at.leaving.add(leave);
  try {
    return await scope.run(work);
  } catch (error) {
    if (at.skipped && isCancellation(error)) return null;
    throw error;
  } finally {
    at.leaving.delete(leave);
  }
}
