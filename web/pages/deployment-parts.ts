import type { Deployment, DeploymentRegion, DeploymentStep, ServiceHosts, TimelineEntry } from '../client/api.ts';
import { hostsOnRelease } from '../../domain/progress/shown-hosts.ts';
import { isSilent, regionShown, type ShownState } from '../../domain/progress/shown-state.ts';
import { hostsKey, type ChangeEvent, type Known } from '../live/known.ts';

/** A region's line in the table of a deployment. */
export interface RegionRow {
  readonly region: DeploymentRegion;
  readonly hosts: ServiceHosts | null;
  readonly mark: ShownState;
  /** `?` while the region is silent: unknown, not zero. */
  readonly onRelease: string;
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
  return {
    region,
    hosts,
    mark: regionShown(region, hosts),
    onRelease: onRelease(region, hosts, release),
    healthy: counts === null ? unknownOr(hosts, region.hosts.healthy) : String(counts.healthy),
    unhealthy: counts === null ? unknownOr(hosts, region.hosts.failed) : String(counts.unhealthy + counts.reverted),
    unknown: counts === null ? unknownOr(hosts, 0) : String(counts.unknown),
    missing: counts?.absent ?? missingCount(region),
  };
}

/** Of a silent region it is known how far it came, but not how far it is back. */
function onRelease(region: DeploymentRegion, hosts: ServiceHosts | null, release: number): string {
  if (hosts !== null && isSilent(hosts)) return region.state === 'undoing' ? '?' : String(hostsOnRelease(region, null));
  const reported = hosts?.running.find((each) => each.release === release)?.hosts ?? 0;
  return String(hostsOnRelease(region, hosts === null ? null : reported));
}

/** Without any word of the region's hosts, the deployment's own counts stand; of a silent region nothing is claimed. */
const unknownOr = (hosts: ServiceHosts | null, count: number): string => (hosts === null ? String(count) : '?');

const missingCount = ({ missing = {} }: DeploymentRegion): number =>
  Object.values(missing).reduce((sum, list) => sum + (list?.count ?? 0), 0);

function concern({ mark, region }: RegionRow): number {
  if (mark.mark === 'unknown' || region.reason !== null) return 0;
  if (mark.mark === 'back') return 1;
  if (mark.mark === 'run' || mark.mark === 'bake') return 2;
  return mark.mark === 'ok' ? 4 : 3;
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
