import { condition, isCancellation } from '@temporalio/workflow';
import type { Stop } from '../../domain/deployment/ending.ts';
import type { RegionName } from '../../domain/names.ts';
import { replication } from '../activity-options/region-bulk.ts';
import { faultReason } from '../faults.ts';
import type { DeploymentRun } from './deployment-run.ts';
import { plannedOf, regionOf, showRegion } from './deployment-run.ts';
import { record } from './record.ts';
import { failed } from './stop.ts';

/** Copies the release into every region at once, while people are still asked; each stage waits for its own regions. */
export function startCopies(run: DeploymentRun): void {
  for (const region of run.regions.keys()) void copy(run, region);
}

async function copy(run: DeploymentRun, region: RegionName): Promise<void> {
  const { service } = run.input;
  const release = plannedOf(run).binding.release.digest;
  showRegion(run, region, { state: 'replicating' });
  try {
    const summary = `copy to ${region}`;
    await replication(region).replicateRelease.executeWithOptions({ summary }, [{ service, region, release }]);
  } catch (error) {
    if (!isCancellation(error)) run.copyFailed ??= failed(`copy to ${region}: ${faultReason(error)}`);
    return;
  }
  showRegion(run, region, { state: 'ready' });
  regionOf(run, region).copied = true;
  record(run, { event: 'region-replicated', message: `${region} has the whole release` });
}

/** A region serves a release only when all of it is there. */
export async function untilCopied(run: DeploymentRun, regions: readonly RegionName[]): Promise<Stop | null> {
  const missing = (): readonly RegionName[] => regions.filter((region) => !regionOf(run, region).copied);
  run.copying = missing();
  if (run.copying.length > 0) {
    record(run, { event: 'waits-for-copy', message: `waits for the copy to ${run.copying.join(', ')}` });
  }
  await condition(() => run.copyFailed !== null || missing().length === 0);
  run.copying = [];
  return run.copyFailed;
}
