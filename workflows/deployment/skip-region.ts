import { CancellationScope } from '@temporalio/workflow';
import { decideSkip, type SkippableRegion } from '../../domain/deployment/leaving-waits.ts';
import type { RegionName } from '../../domain/names.ts';
import { faultReason } from '../faults.ts';
import type { SkipRegionMessage } from '../messages/deployment.ts';
import { withinDeadline } from '../within-deadline.ts';
import type { DeploymentRun, RegionRecord } from './deployment-run.ts';
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
  decide: (at) => decideSkip(at, [...run.regions.values()].map(skippable), region),
  act: ({ approver }) => {
    const why = `skipped by ${approver}: ${reason}`;
    leave(run, region, why);
    record(run, { actor: approver, event: 'region-skipped', message: `${region} is ${why}` });
    return `${region} is ${why}; it gets the release by a deployment of its own`;
  },
});

/** That it was skipped is said by the mark: what goes forward there may end a moment after it. */
const skippable = ({ progress, held, skipped }: RegionRecord): SkippableRegion =>
  skipped ? { ...progress, held, state: 'skipped' } : { ...progress, held };

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
  if (at.touched) stay(run, region);
  void tellRegions(run);
}

/** Tells a region that was skipped and may have heard of the deployment to stay where it is. To tell it twice changes nothing. */
export function stay(run: DeploymentRun, region: RegionName): void {
  run.staying = Promise.all([run.staying, tellToStay(run, region)]);
}

/**
 * Nobody watches its hosts any more, so none of them may switch: they stay where they are, as after an abort with hold, and
 * the next deployment there keeps what they run (docs/goal-protocol.md §3). When this one stops, that tells the region more;
 * when the others have finished, it is not waited for. What a region did instead of staying, reconcile finds out.
 */
function tellToStay(run: DeploymentRun, region: RegionName): Promise<void> {
  const ms = plannedOf(run).plan.undoDeadlineMs;
  const summary = `${region} has to stay where it is`;
  const enough = (): boolean => run.stop !== null || run.othersFinished;
  return CancellationScope.nonCancellable(async () => {
    const reason = await withinDeadline({ ms, summary, enough }, async () => {
      const { isHeld, text } = await writeHold(run, region);
      return isHeld ? null : text;
    }).catch(faultReason);
    if (reason === null || run.stop !== null) return;
    await oweStay(run, region, reason === 'too late' ? 'does not answer' : reason);
  });
}

async function oweStay(run: DeploymentRun, region: RegionName, reason: string): Promise<void> {
  await recordOwed(run, region, 'hold', reason);
  regionOf(run, region).owesHold = true;
  record(run, { event: 'region-pending', message: `${region} owes hold: ${reason}` });
}

/**
 * What goes forward in a region; `null` once it was skipped: then that is cancelled. Work whose end comes with the skip, in
 * one activation, isn't: what it would show of the region it asks about first.
 */
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
    const result = await scope.run(work);
    return at.skipped ? null : result;
  } catch (error) {
    // By the skip, or of itself in the same moment.
    if (at.skipped) return null;
    throw error;
  } finally {
    at.leaving.delete(leave);
  }
}
