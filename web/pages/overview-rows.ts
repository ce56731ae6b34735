import type { Deployment, DeploymentSummary, ServiceSummary } from '../client/api.ts';
import { hostsKey, type Known } from '../live/known.ts';
import { deploymentShown, isSilent, serviceShown, type ShownState } from '../../domain/progress/shown-state.ts';
import { hostsNow } from './hosts-now.ts';
import type { SettledRow } from './settled-rows.ts';

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
  /** Of the service, where somebody is needed; else none. */
  readonly owners: readonly string[];
  readonly deployment: Deployment | DeploymentSummary | null;
}

export interface Overview {
  readonly needs: readonly BusyRow[];
  readonly moving: readonly BusyRow[];
  readonly settled: readonly SettledRow[];
}

/** What needs someone comes first, the oldest on top; then what moves; then the rest, by name. */
export function overviewRows(services: readonly ServiceSummary[], known: Known | null): Overview {
  const fresh = services.map((service) => withNews(service, known));
  const owners = new Map(services.map((each) => [each.service, each.owners]));
  const open = openDeployments(fresh, known).map((each) => deploymentRow(each, owners.get(each.service) ?? []));
  const needing = (row: BusyRow): boolean => needsSomeone(row.deployment!);
  const busy = new Set(open.map(({ deployment }) => deployment!.service));
  // A lock that somebody set matters also while another deployment moves, unless that one asks for somebody itself.
  const asking = new Set(open.filter(needing).map(({ deployment }) => deployment!.service));
  const kept = fresh.filter((each) => needsSomeone(each) && !asking.has(each.service));
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

const needsSomeone = ({ why }: Pick<ServiceSummary, 'why'>): boolean => why?.needsSomeone === true;

const bySince = (a: BusyRow, b: BusyRow): number => a.since.localeCompare(b.since) || a.key.localeCompare(b.key);

function withNews(service: ServiceSummary, known: Known | null): ServiceSummary {
  if (known === null) return service;
  const hosts = service.hosts.map((each) => known.hosts[hostsKey(each.service, each.region)] ?? each);
  return { ...service, hosts, lane: known.lanes[service.service] ?? service.lane };
}

/**
 * Another one when the list of services may say another cause: regions have fallen silent or speak again, hosts are
 * unhealthy or well again. No change in the audit tells of it.
 */
export function hostsVersion(known: Known | null): string {
  const reports = Object.values(known?.hosts ?? {});
  const unwell = reports.filter((each) => isSilent(each) || (each.hosts?.unhealthy ?? 0) > 0);
  return unwell
    .map((each) => `${hostsKey(each.service, each.region)} ${isSilent(each) ? '?' : each.hosts?.unhealthy}`)
    .toSorted()
    .join();
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

function deploymentRow(deployment: Deployment | DeploymentSummary, owners: readonly string[]): BusyRow {
  const { deployment: object, service, number, why, waiting, since } = deployment;
  return {
    key: object,
    mark: deploymentShown(deployment),
    path: `/s/${service}/d/${number}`,
    object,
    cause: why?.cause ?? waiting ?? deployment.subject,
    next: why?.next.text ?? null,
    since: why?.since ?? since,
    owners: needsSomeone(deployment) ? owners : [],
    deployment,
  };
}

function serviceRow(summary: ServiceSummary): BusyRow {
  const { service, why, owners } = summary;
  return {
    key: service,
    // What keeps the service, whatever a deployment of it does.
    mark: serviceShown({ ...summary, active: null }),
    path: `/s/${service}`,
    object: service,
    cause: why!.cause,
    next: why!.next.text,
    since: why!.since,
    owners,
    deployment: null,
  };
}
