import type { RegionName } from '../names.ts';
import { isBegunIn } from './begun.ts';
import type { RegionProgress } from './region-progress.ts';

export interface ShownHosts {
  readonly total: number;
  /** Run what the deployment brings. */
  readonly onRelease: number;
}

/**
 * Hosts of a deployment's regions. A region that it has not begun in counts with what it last reported of the service,
 * so that the whole doesn't grow from stage to stage.
 *
 * @param reported hosts of the service, by region
 */
export function shownHosts(regions: readonly RegionProgress[], reported: ReadonlyMap<RegionName, number>): ShownHosts {
  const counts = regions.map((progress) => ({
    total: isBegunIn(progress) ? progress.hosts.total : (reported.get(progress.region) ?? progress.hosts.total),
    onRelease: hostsOnRelease(progress, null),
  }));
  return {
    total: counts.reduce((sum, { total }) => sum + total, 0),
    onRelease: counts.reduce((sum, { onRelease: hosts }) => sum + hosts, 0),
  };
}

/**
 * Hosts of a region that run what the deployment brings. Going forward, what it has switched is known before the region
 * reports it, and a host that failed went back by itself. Going back, only the region knows how far they are; without
 * its word they count until all are.
 *
 * @param reported as the region says; `null` when it is silent
 */
export function hostsOnRelease(
  { state, hosts: { switched, failed } }: Pick<RegionProgress, 'state' | 'hosts'>,
  reported: number | null,
): number {
  const kept = Math.max(0, switched - failed);
  if (state === 'undoing') return reported ?? kept;
  if (state === 'undone' || state === 'skipped') return reported ?? 0;
  return Math.max(kept, reported ?? 0);
}
