import { condition, isCancellation } from '@temporalio/workflow';
import type { Stop } from '../../domain/deployment/ending.ts';
import type { RegionName } from '../../domain/names.ts';
import { cancelledChild, faultReason } from '../faults.ts';
import { endWatchSignal } from '../messages/region.ts';
import type { DeploymentRun } from './deployment-run.ts';
import { regionOf } from './deployment-run.ts';
import { bringTo } from './region.ts';
import { unlessSkipped } from './skip-region.ts';
import { cancelledInTemporal, failed } from './stop.ts';

/** Until it is ready there. */
export async function rollOutRegion(run: DeploymentRun, region: RegionName): Promise<Stop | null> {
  const at = regionOf(run, region);
  const ended = unlessSkipped(run, region, () => bringTo(run, region));
  // From the start: that it is ready and that it is bad may be heard in the same moment.
  void keepsWatch(run, region, ended);
  return Promise.race([ended, condition(() => at.ready).then(() => null)]);
}

/** Its rollout goes on to watch: what turns bad there stops the deployment, whatever that does meanwhile. */
async function keepsWatch(run: DeploymentRun, region: RegionName, ended: Promise<Stop | null>): Promise<void> {
  try {
    const stop = await ended;
    run.turnedBad ??= stop;
  } catch (error) {
    const cancelled = cancelledChild(error);
    if (cancelled !== null) run.turnedBad ??= cancelledInTemporal(cancelled);
    else if (!isCancellation(error)) run.turnedBad ??= failed(faultReason(error));
  } finally {
    run.children.delete(region);
  }
}

/** Nobody has to watch regions any longer; what one has found last counts. */
export async function endWatches(run: DeploymentRun): Promise<Stop | null> {
  const told = [...run.children.values()].map((child) => child.signal(endWatchSignal));
  await Promise.allSettled(told);
  await condition(() => run.children.size === 0);
  return run.turnedBad;
}
