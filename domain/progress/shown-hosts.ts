import { isBegunIn } from './begun.ts';
import type { RegionProgress } from './region-progress.ts';
import { isSilent, type HostsReport } from './shown-state.ts';

export interface ShownHosts {
  readonly total: number;
  /** Run what the deployment brings. */
  readonly onRelease: number;
}

/** What a region last said of the service's hosts. */
export interface ReleasesReport extends HostsReport {
  /** Hosts by the release that they run, where it is known. */
  readonly running: readonly { readonly release: number; readonly hosts: number }[];
  /** When it counted them, RFC 3339; `null` when it never did. */
  readonly at: string | null;
}

/** As far as its hosts are told by it. */
export interface HostsOfDeployment {
  readonly release: number;
  /** When it came into its state; RFC 3339. */
  readonly since: string;
  readonly regions: readonly (Pick<RegionProgress, 'state' | 'hosts'> & { readonly region: string })[];
}

/**
 * Hosts of a deployment's regions. A region that it has not begun in counts with what it last reported of the service,
 * so that the whole doesn't grow from stage to stage.
 *
 * @param reports by region
 */
export function shownHosts(
  { release, since, regions }: HostsOfDeployment,
  reports: ReadonlyMap<string, ReleasesReport>,
): ShownHosts {
  const counts = regions.map((progress) => {
    const report = reports.get(progress.region) ?? null;
    const back = progress.state === 'undoing' ? reportedBack(report, { release, since }) : null;
    return {
      total: isBegunIn(progress) ? progress.hosts.total : (report?.hosts?.total ?? progress.hosts.total),
      onRelease: hostsOnRelease(progress, back),
    };
  });
  return {
    total: counts.reduce((sum, { total }) => sum + total, 0),
    onRelease: counts.reduce((sum, { onRelease: hosts }) => sum + hosts, 0),
  };
}

/**
 * Hosts of a region that still run the release while it is undone there, as the region says. `null` when it says nothing of
 * that: it is silent, or has counted before the undo began, when hosts may not have been on the release yet.
 */
export function reportedBack(
  report: ReleasesReport | null,
  { release, since }: Pick<HostsOfDeployment, 'release' | 'since'>,
): number | null {
  if (report === null || report.at === null || isSilent(report)) return null;
  if (Date.parse(report.at) < Date.parse(since)) return null;
  return hostsRunning(report, release);
}

export const hostsRunning = ({ running }: Pick<ReleasesReport, 'running'>, release: number): number =>
  running.find((each) => each.release === release)?.hosts ?? 0;

/**
 * Hosts of a region that run what the deployment brings. Going forward, what it has switched is known before the region
 * reports it, and a host that failed went back by itself. Going back, only the region knows how far they are; without
 * its word they count until all are.
 *
 * @param reported as the region says; `null` when it says nothing of it
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
