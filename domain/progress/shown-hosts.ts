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
    onRelease: onRelease(progress),
  }));
  return {
    total: counts.reduce((sum, { total }) => sum + total, 0),
    onRelease: counts.reduce((sum, { onRelease: hosts }) => sum + hosts, 0),
  };
}

/** What was undone is back; a host that failed went back by itself. */
function onRelease({ state, hosts: { switched, failed } }: RegionProgress): number {
  return state === 'undone' ? 0 : Math.max(0, switched - failed);
}
