import type { Deployment, DeploymentRegion, DeploymentStep, ServiceHosts, TimelineEntry } from '../client/api.ts';
import { hostsKey, type ChangeEvent, type Known } from '../live/known.ts';
import { isSilent, regionMark, type Mark } from '../parts/marks.ts';

/** A region's line in the table of a deployment. */
export interface RegionRow {
  readonly region: DeploymentRegion;
  readonly hosts: ServiceHosts | null;
  readonly mark: Mark;
  readonly onRelease: number;
  /** `?` while the region is silent: unknown, not zero. */
  readonly healthy: string;
  readonly unhealthy: string;
  readonly unknown: string;
  readonly missing: number;
}

/** Regions that are not fine first, then in the plan's order. */
export function regionRows(deployment: Deployment, hosts: Known['hosts']): RegionRow[] {
  const rows = deployment.regions.map((region) =>
    rowOf(region, hosts[hostsKey(deployment.service, region.region)] ?? null, deployment.release),
  );
  return rows.toSorted((a, b) => concern(a) - concern(b));
}

function rowOf(region: DeploymentRegion, hosts: ServiceHosts | null, release: number): RegionRow {
  const isKnown = hosts !== null && !isSilent(hosts);
  const counts = isKnown ? hosts.hosts : null;
  const running = hosts?.running.find((each) => each.release === release)?.hosts;
  return {
    region,
    hosts,
    mark: regionMark(region, hosts ?? undefined),
    onRelease: running ?? region.hosts.switched,
    healthy: counts === null ? unknownOr(hosts, region.hosts.healthy) : String(counts.healthy),
    unhealthy: counts === null ? unknownOr(hosts, region.hosts.failed) : String(counts.unhealthy + counts.reverted),
    unknown: counts === null ? unknownOr(hosts, 0) : String(counts.unknown),
    missing: counts?.absent ?? missingCount(region),
  };
}

/** Without any word of the region's hosts, the deployment's own counts stand; of a silent region nothing is claimed. */
const unknownOr = (hosts: ServiceHosts | null, count: number): string => (hosts === null ? String(count) : '?');

export const missingCount = ({ missing = {} }: DeploymentRegion): number =>
  Object.values(missing).reduce((sum, list) => sum + (list?.count ?? 0), 0);

function concern({ mark, region }: RegionRow): number {
  if (mark.mark === 'unknown' || region.reason !== null) return 0;
  if (mark.mark === 'failed' || mark.mark === 'undone') return 1;
  if (mark.mark === 'running' || mark.mark === 'baking') return 2;
  return mark.mark === 'healthy' ? 4 : 3;
}

/** Region and names of hosts that a success doesn't speak for. */
export const absentHosts = (deployment: Deployment): string[] =>
  deployment.regions.flatMap(({ region, missing = {} }) =>
    Object.entries(missing).map(([because, list]) => {
      const more = list.count > list.hosts.length ? ` and ${list.count - list.hosts.length} more` : '';
      return `${region}: ${because} ${list.hosts.join(', ')}${more}`;
    }),
  );

/** How long a step took, or takes; `null` for one that has not begun. */
export function stepMs({ startedAt, endedAt }: DeploymentStep, now: number): number | null {
  return startedAt === null ? null : (endedAt === null ? now : Date.parse(endedAt)) - Date.parse(startedAt);
}

/** Newest first, each once: what was read, and what the stream told since. */
export function timelineOf(
  read: readonly TimelineEntry[],
  object: string,
  changes: readonly ChangeEvent[],
): TimelineEntry[] {
  const told = changes
    .filter((change) => change.object === object)
    .map(({ sequence, at, actor, verb, message }) => ({ sequence, at, actor, verb, message }));
  const all = new Map([...read, ...told].map((entry) => [entry.sequence, entry]));
  return [...all.values()].toSorted((a, b) => b.sequence - a.sequence);
}

/** For the title of the window. Unknown regions are never passed over. */
export function titleState(deployment: Deployment, rows: readonly RegionRow[], word: string): string {
  const unknown = rows.filter(({ mark }) => mark.mark === 'unknown').length;
  const doubt = unknown === 0 ? '' : `, ${unknown} ${unknown === 1 ? 'region' : 'regions'} unknown`;
  return `${deployment.deployment} ${word}${doubt}`;
}

/** `lin`, or whoever asked for it. */
export const authorsOf = ({ source }: Deployment): string =>
  source.from === 'merge' ? (source.authors.length > 0 ? source.authors.join(', ') : source.pusher) : source.person;
