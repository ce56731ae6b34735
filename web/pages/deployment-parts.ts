import type { Deployment, DeploymentRegion, DeploymentStep, ServiceHosts, TimelineEntry } from '../client/api.ts';
import { hostsOnRelease, hostsRunning, reportedBack } from '../../domain/progress/shown-hosts.ts';
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
    rowOf(region, hosts[hostsKey(deployment.service, region.region)] ?? null, deployment),
  );
  return rows.toSorted((a, b) => concern(a) - concern(b));
}

const mostRows = 8;

/** Of many regions those that are fine are folded away: they are counted, and listed when asked for. */
export function foldFine(rows: readonly RegionRow[]): { readonly shown: RegionRow[]; readonly fine: RegionRow[] } {
  const isFolded = (row: RegionRow): boolean => rows.length > mostRows && concern(row) === done;
  return { shown: rows.filter((row) => !isFolded(row)), fine: rows.filter(isFolded) };
}

function rowOf(region: DeploymentRegion, hosts: ServiceHosts | null, deployment: Deployment): RegionRow {
  const isKnown = hosts !== null && !isSilent(hosts);
  const counts = isKnown ? hosts.hosts : null;
  return {
    region,
    hosts,
    mark: regionShown(region, hosts),
    onRelease: onRelease(region, hosts, deployment),
    healthy: counts === null ? unknownOr(hosts, region.hosts.healthy) : String(counts.healthy),
    unhealthy: counts === null ? unknownOr(hosts, region.hosts.failed) : String(counts.unhealthy + counts.reverted),
    unknown: counts === null ? unknownOr(hosts, 0) : String(counts.unknown),
    missing: counts?.absent ?? missingCount(region),
  };
}

/** Of a silent region it is known how far it came, but not how far it is back. */
function onRelease(region: DeploymentRegion, hosts: ServiceHosts | null, { release, since }: Deployment): string {
  const isBack = region.state === 'undoing';
  if (hosts !== null && isSilent(hosts)) return isBack ? '?' : String(hostsOnRelease(region, null));
  const running = hosts === null ? null : hostsRunning(hosts, release);
  return String(hostsOnRelease(region, isBack ? reportedBack(hosts, { release, since }) : running));
}

/** Without any word of the region's hosts, the deployment's own counts stand; of a silent region nothing is claimed. */
const unknownOr = (hosts: ServiceHosts | null, count: number): string => (hosts === null ? String(count) : '?');

const missingCount = ({ missing = {} }: DeploymentRegion): number =>
  Object.values(missing).reduce((sum, list) => sum + (list?.count ?? 0), 0);

/**
 * What nobody knows of, what stands still, what goes back and what is back, what moves; what waits for its stage, or is done
 * with hosts that are not well; what is done.
 */
function concern(row: RegionRow): number {
  const { mark, region } = row;
  if (mark.mark === 'unknown') return 0;
  if (region.state === 'undone') return 3;
  if (region.reason !== null) return 1;
  if (region.state === 'undoing') return 2;
  if (mark.mark === 'run' || mark.mark === 'bake') return 4;
  return mark.mark === 'ok' && isWell(row) ? done : 5;
}
const done = 6;

const isWell = ({ unhealthy, unknown }: RegionRow): boolean => unhealthy === '0' && unknown === '0';

/** Hosts by what they are to the deployment. */
export interface MissingList {
  readonly title: string;
  /** Region, reason and names. */
  readonly hosts: readonly string[];
}

/** Hosts that it doesn't speak for. Once it goes back, those that failed are why. */
export function missingLists({ regions, steps }: Deployment): MissingList[] {
  const isUndo = steps.some(({ kind }) => kind === 'undo');
  const all = regions.flatMap(({ region, missing = {} }) =>
    Object.entries(missing).map(([because, { count, hosts }]) => {
      const more = count > hosts.length ? ` and ${count - hosts.length} more` : '';
      const isCause = isUndo && (because === 'failed' || because === 'lost');
      return { isCause, text: `${region}: ${because} ${hosts.join(', ')}${more}` };
    }),
  );
  const textsOf = (isCause: boolean) => all.filter((each) => each.isCause === isCause).map(({ text }) => text);
  const lists = [
    { title: 'Hosts that failed', hosts: textsOf(true) },
    { title: 'Without these hosts', hosts: textsOf(false) },
  ];
  return lists.filter(({ hosts }) => hosts.length > 0);
}

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
