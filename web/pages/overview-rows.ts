import type { Deployment, DeploymentSummary, ServiceHosts, ServiceSummary } from '../client/api.ts';
import { hostsKey, type Known } from '../live/known.ts';
import { deploymentShown, hostsShown, serviceShown, type ShownState } from '../../domain/progress/shown-state.ts';
import { hostsNow } from './hosts-now.ts';

/** A line of "needs someone" or "moving". */
export interface BusyRow {
  readonly key: string;
  readonly mark: ShownState;
  readonly path: string;
  /** What it is called: `checkout/87`, or a service that is locked. */
  readonly object: string;
  readonly cause: string;
  readonly next: string | null;
  readonly since: string;
  readonly deployment: Deployment | DeploymentSummary | null;
}

export interface SettledRow {
  readonly service: ServiceSummary;
  readonly hosts: readonly ServiceHosts[];
  readonly changedAt: string | null;
}

export interface Overview {
  readonly needs: readonly BusyRow[];
  readonly moving: readonly BusyRow[];
  readonly settled: readonly SettledRow[];
}

/** What needs someone comes first, the oldest on top; then what moves; then the rest, by name. */
export function overviewRows(services: readonly ServiceSummary[], known: Known | null): Overview {
  const fresh = services.map((service) => withNews(service, known));
  const open = openDeployments(fresh, known).map(deploymentRow);
  const needing = (row: BusyRow): boolean => row.deployment!.why?.needsSomeone === true;
  const busy = new Set(open.map(({ deployment }) => deployment!.service));
  const kept = fresh.filter(({ service, why }) => why?.needsSomeone === true && !busy.has(service));
  const needs = [...open.filter(needing), ...kept.map(serviceRow)].toSorted(bySince);
  const listed = new Set(kept.map(({ service }) => service));
  return {
    needs,
    moving: open.filter((row) => !needing(row)).toSorted(bySince),
    settled: fresh
      .filter(({ service }) => !busy.has(service) && !listed.has(service))
      .map((service) => ({ service, hosts: service.hosts, changedAt: service.changedAt })),
  };
}

const bySince = (a: BusyRow, b: BusyRow): number => a.since.localeCompare(b.since) || a.key.localeCompare(b.key);

function withNews(service: ServiceSummary, known: Known | null): ServiceSummary {
  if (known === null) return service;
  const hosts = service.hosts.map((each) => known.hosts[hostsKey(each.service, each.region)] ?? each);
  return { ...service, hosts, lane: known.lanes[service.service] ?? service.lane };
}

/** The stream knows all that is open; before it does, the list of services knows each one's newest. */
function openDeployments(
  services: readonly ServiceSummary[],
  known: Known | null,
): readonly (Deployment | DeploymentSummary)[] {
  if (known === null) return services.flatMap(({ active }) => active ?? []);
  return Object.values(known.deployments)
    .filter(({ outcome }) => outcome === null)
    .map((each) => ({ ...each, hosts: hostsNow(each, known.hosts) }));
}

function deploymentRow(deployment: Deployment | DeploymentSummary): BusyRow {
  const { deployment: object, service, number, why, waiting, since } = deployment;
  return {
    key: object,
    mark: deploymentShown(deployment),
    path: `/s/${service}/d/${number}`,
    object,
    cause: why?.cause ?? waiting ?? deployment.subject,
    next: why?.next.text ?? null,
    since: why?.since ?? since,
    deployment,
  };
}

function serviceRow(summary: ServiceSummary): BusyRow {
  const { service, why } = summary;
  return {
    key: service,
    mark: serviceShown(summary),
    path: `/s/${service}`,
    object: service,
    cause: why!.cause,
    next: why!.next.text,
    since: why!.since,
    deployment: null,
  };
}

/** What is empty filters nothing. */
export interface Filter {
  readonly find: string;
  readonly owner: string;
  readonly region: string;
  /** The word that is shown for a region's hosts. */
  readonly state: string;
}

/** All words of `find` stand in the service's name, its owners or its repository. */
export function filtered(rows: readonly SettledRow[], { find, owner, region, state }: Filter): SettledRow[] {
  const words = find.toLowerCase().split(/\s+/).filter(Boolean);
  return rows.filter(({ service, hosts }) => {
    const text = [service.service, service.repository, ...service.owners].join(' ').toLowerCase();
    const shown = region === '' ? hosts : hosts.filter((each) => each.region === region);
    const isThere = region === '' || shown.length > 0;
    const isState = state === '' || shown.some((each) => hostsShown(each).word === state);
    const isTheirs = owner === '' || service.owners.includes(owner);
    return isTheirs && isThere && isState && words.every((word) => text.includes(word));
  });
}

export const ownersOf = (rows: readonly SettledRow[]): string[] =>
  [...new Set(rows.flatMap(({ service }) => service.owners))].toSorted();

/** Regions in which any of the services runs, by name. */
export const regionsOf = (rows: readonly SettledRow[]): string[] =>
  [...new Set(rows.flatMap(({ hosts }) => hosts.map(({ region }) => region)))].toSorted();

/** The newest release that runs there, as far as the region said; `null` when nothing does. */
export function runningRelease({ running }: ServiceHosts): number | null {
  return running.toSorted((a, b) => b.hosts - a.hosts)[0]?.release ?? null;
}
