import { condition, isCancellation } from '@temporalio/workflow';
import type { Stop } from '../../domain/deployment/ending.ts';
import type { RegionName } from '../../domain/names.ts';
import { firstReplication, replication } from '../activity-options/region-bulk.ts';
import { faultReason } from '../faults.ts';
import { showingFaults } from '../showing-faults.ts';
import type { DeploymentRun } from './deployment-run.ts';
import { plannedOf, regionOf, showRegion } from './deployment-run.ts';
import { record } from './record.ts';
import { unlessSkipped } from './skip-region.ts';
import { failed } from './stop.ts';
import { unlessBad } from './unless-bad.ts';

/** Copies the release into every region at once, while people are still asked; each stage waits for its own regions. */
export function startCopies(run: DeploymentRun): void {
  for (const region of run.regions.keys()) void copy(run, region);
}

async function copy(run: DeploymentRun, region: RegionName): Promise<void> {
  showRegion(run, region, { state: 'replicating' });
  try {
    if ((await unlessSkipped(run, region, () => copied(run, region))) === null) return;
  } catch (error) {
    if (!isCancellation(error)) run.copyFailed ??= failed(`copy to ${region}: ${faultReason(error)}`);
    return;
  }
  const at = regionOf(run, region);
  if (at.skipped) return;
  showRegion(run, region, { state: 'ready', reason: null });
  at.copied = true;
  record(run, { event: 'region-replicated', message: `${region} has the whole release` });
}

/** A store that is full, here or in the centre, may take days to heal, and nobody could see why the copy stands still. */
async function copied(run: DeploymentRun, region: RegionName): Promise<'copied'> {
  const { service } = run.input;
  const release = plannedOf(run).binding.release.digest;
  const call = ({ replicateRelease }: ReturnType<typeof replication>) =>
    replicateRelease.executeWithOptions({ summary: `copy to ${region}` }, [{ service, region, release }]);
  await showingFaults(
    () => call(firstReplication(region)),
    () => call(replication(region)),
    (fault) => {
      const reason = `not copied yet: ${fault ?? 'nobody there takes it up'}`;
      showRegion(run, region, { reason });
      record(run, { event: 'copy-waits', message: `${region}: ${reason}; it is tried until it succeeds` });
    },
  );
  return 'copied';
}

/**
 * Work that goes on while the release is copied. A copy that fails for good ends it: nobody is asked to approve what can't
 * be brought.
 */
export const unlessCopyFails = (run: DeploymentRun, work: () => Promise<Stop | null>): Promise<Stop | null> =>
  unlessBad(() => run.copyFailed, work);

/** A region serves a release only when all of it is there. */
export async function untilCopied(run: DeploymentRun, regions: readonly RegionName[]): Promise<Stop | null> {
  const missing = (): readonly RegionName[] =>
    regions.filter((region) => !regionOf(run, region).copied && !regionOf(run, region).skipped);
  run.copying = missing();
  if (run.copying.length > 0) {
    record(run, { event: 'waits-for-copy', message: `waits for the copy to ${run.copying.join(', ')}` });
  }
  await condition(() => run.copyFailed !== null || missing().length === 0);
  run.copying = [];
  return run.copyFailed;
}
