import { condition } from '@temporalio/workflow';
import { pauseRegionSignal, resumeRegionSignal } from '../messages/region.ts';
import type { DeploymentRun } from './deployment-run.ts';
import { mayGoOn } from './deployment-run.ts';

export const untilMayGoOn = (run: DeploymentRun): Promise<void> => condition(() => mayGoOn(run));

/** A pause, and a hold in any region, stops new batches in all of them. */
export async function tellRegions(run: DeploymentRun): Promise<void> {
  const signal = mayGoOn(run) ? resumeRegionSignal : pauseRegionSignal;
  run.tellSequence += 1;
  const { controlRevision, tellSequence } = run;
  const told = [...run.children.values()].map((child) => child.signal(signal, { controlRevision, tellSequence }));
  await Promise.allSettled(told); // one that has just ended has nothing to pause
}
