import type { MissingWorkers } from '../../../api/control/operations/missing-workers.ts';
import { apply, emptyLane, type LaneState } from '../../../domain/lane/lane.ts';
import type { RegionName, ServiceName } from '../../../domain/names.ts';
import type { ReleasesReport } from '../../../domain/progress/shown-hosts.ts';
import type { Milestone } from '../../../domain/progress/milestone.ts';
import type { EntityManager } from '../connect.ts';
import { releasesReport } from './api-host-reads.ts';
import { BrokenGlassRow, Deployment, RegionSummaryRow, Release, Service } from './entities.ts';
import type { BrokenGlassOfDeployment } from './entities/broken-glass.ts';
import type { DeploymentRow } from './entities/deployment.ts';
import type { ReleaseRow } from './entities/release.ts';
import type { ServiceRow } from './entities/service.ts';
import { readNewest } from './newest-deployments.ts';
import { readMilestones } from './milestones.ts';
import { deploymentName, releaseName } from './object-names.ts';
import { openDeploymentOf } from './open-deployment.ts';
import { placeholders } from './placeholders.ts';

export type ReleaseFacts = Pick<ReleaseRow, 'service' | 'number' | 'commit' | 'subject' | 'state'>;
export type ServiceFacts = Pick<ServiceRow, 'name' | 'repository' | 'lock' | 'currentRelease'>;
type Reports = ReadonlyMap<RegionName, ReleasesReport>;

/** What rows of other tables say about some deployments: read for all of them at once, however many there are. */
export interface DeploymentContext {
  serviceOf(row: DeploymentRow): ServiceFacts;
  releaseOf(row: DeploymentRow): ReleaseFacts;
  /** Of its release; `null` before it was built, and where only a summary is shown of one that has ended. */
  specOf(row: DeploymentRow): ReleaseRow['spec'];
  /** Of an open deployment's service. */
  laneOf(row: DeploymentRow): LaneState;
  /** What regions last said of an open deployment's service. */
  reportsOf(row: DeploymentRow): Reports;
  /** Of rows that an earlier version wrote, which didn't keep it; RFC 3339. */
  changedAt(row: DeploymentRow): string | undefined;
  /** No later deployment of its service has changed anything. */
  isNewest(row: DeploymentRow): boolean;
  /** Empty where only a summary is shown. */
  milestonesOf(row: DeploymentRow): readonly Milestone[];
  /** The version that an open deployment began on and that no control worker runs; `null` while one does. */
  noWorkerOf(row: DeploymentRow): string | null;
  /** Approvals that people went past, oldest first; empty where only a summary is shown. */
  glassOf(row: DeploymentRow): readonly BrokenGlassOfDeployment[];
}

/** @param shown `whole` also reads what only a deployment's own page shows */
export async function deploymentContext(
  em: EntityManager,
  rows: readonly DeploymentRow[],
  shown: 'summary' | 'whole',
  workers: Pick<MissingWorkers, 'versionFor'>,
): Promise<DeploymentContext> {
  const open = rows.filter(({ outcome }) => !outcome);
  const services = await readServices(em, rows);
  const releases = await readReleases(em, rows);
  const specs = await readSpecs(em, shown === 'whole' ? rows : open);
  const lanes = await readLanes(em, open, services);
  const reports = await readReports(em, open);
  const changed = await readChanged(em, rows);
  const newest = await readNewest(em, namesOf(rows));
  const names = rows.map(({ service, number }) => deploymentName(service, number));
  const milestones = await readMilestones(em, shown === 'whole' ? names : []);
  const glass = await readGlass(em, shown === 'whole' ? rows : []);
  return {
    serviceOf: ({ service }) => services.get(service)!,
    releaseOf: ({ service, release }) => releases.get(releaseName(service, release))!,
    specOf: ({ service, release }) => specs.get(releaseName(service, release)) ?? null,
    laneOf: ({ service }) => lanes.get(service) ?? emptyLane,
    reportsOf: ({ service }) => reports.get(service) ?? noReports,
    changedAt: ({ service, number }) => changed.get(deploymentName(service, number)),
    isNewest: ({ service, number }) => newest.get(service) === number,
    noWorkerOf: ({ service, number, outcome }) =>
      outcome ? null : workers.versionFor(deploymentName(service, number)),
    glassOf: ({ service, number }) => glass.get(deploymentName(service, number)) ?? [],
    milestonesOf: ({ service, number }) => milestones.get(deploymentName(service, number)) ?? [],
  };
}

async function readGlass(
  em: EntityManager,
  rows: readonly DeploymentRow[],
): Promise<ReadonlyMap<string, readonly BrokenGlassOfDeployment[]>> {
  if (rows.length === 0) return new Map();
  const of = rows.map(({ service, number }) => ({ service, deployment: number }));
  const found = await em.find(BrokenGlassRow, { $or: of }, { orderBy: { brokenAt: 'asc' } });
  return Map.groupBy(found, ({ service, deployment }) => deploymentName(service, deployment));
}

const namesOf = (rows: readonly DeploymentRow[]): ServiceName[] => [...new Set(rows.map(({ service }) => service))];

async function readServices(
  em: EntityManager,
  rows: readonly DeploymentRow[],
): Promise<ReadonlyMap<ServiceName, ServiceFacts>> {
  if (rows.length === 0) return new Map();
  const found = await em.find(Service, { name: { $in: namesOf(rows) } });
  return new Map(found.map((service) => [service.name, service]));
}

/** Of each service its releases, so that the statement doesn't grow with the rows. */
const releasesOf = (rows: readonly DeploymentRow[]) => ({
  $or: namesOf(rows).map((service) => ({
    service,
    number: { $in: [...new Set(rows.filter((row) => row.service === service).map(({ release }) => release))] },
  })),
});

async function readReleases(
  em: EntityManager,
  rows: readonly DeploymentRow[],
): Promise<ReadonlyMap<string, ReleaseFacts>> {
  if (rows.length === 0) return new Map();
  const fields = ['service', 'number', 'commit', 'subject', 'state'] as const;
  const found = await em.fork().find(Release, releasesOf(rows), { fields: [...fields] });
  return new Map(found.map((release) => [releaseName(release.service, release.number), release]));
}

async function readSpecs(
  em: EntityManager,
  rows: readonly DeploymentRow[],
): Promise<ReadonlyMap<string, ReleaseRow['spec']>> {
  if (rows.length === 0) return new Map();
  const found = await em.fork().find(Release, releasesOf(rows), { fields: ['service', 'number', 'spec'] });
  return new Map(found.map(({ service, number, spec }) => [releaseName(service, number), spec]));
}

async function readLanes(
  em: EntityManager,
  open: readonly DeploymentRow[],
  services: ReadonlyMap<ServiceName, ServiceFacts>,
): Promise<ReadonlyMap<ServiceName, LaneState>> {
  const queued = namesOf(open.filter(({ startedAt }) => !startedAt));
  if (queued.length === 0) return new Map();
  const all = await em.find(Deployment, { outcome: null, service: { $in: queued } });
  return new Map(
    queued.map((name) => {
      const ofService = all.filter(({ service }) => service === name).map(openDeploymentOf);
      const lock = services.get(name)?.lock ?? null;
      return [name, apply(emptyLane, { kind: 'loaded', lock, open: ofService })];
    }),
  );
}

const noReports: Reports = new Map();

async function readReports(
  em: EntityManager,
  open: readonly DeploymentRow[],
): Promise<ReadonlyMap<ServiceName, Reports>> {
  if (open.length === 0) return new Map();
  const rows = await em.find(RegionSummaryRow, { service: { $in: namesOf(open) } });
  const byService = Map.groupBy(rows, ({ service }) => service);
  return new Map(
    [...byService].map(([service, of]) => [service, new Map(of.map((row) => [row.region, releasesReport(row)]))]),
  );
}

async function readChanged(em: EntityManager, rows: readonly DeploymentRow[]): Promise<ReadonlyMap<string, string>> {
  const names = rows
    .filter(({ since, endedAt }) => !since && !endedAt)
    .map((row) => deploymentName(row.service, row.number));
  if (names.length === 0) return new Map();
  const found = await em.execute<{ object: string; at: Date }[]>(
    `select object, max(at) as at from audit where object in (${placeholders(names)}) group by object`,
    names,
  );
  return new Map(found.map(({ object, at }) => [object, new Date(at).toISOString()]));
}
