import type { MissingWorkers } from '../../../api/control/operations/missing-workers.ts';
import { serviceWhy } from '../../../domain/progress/service-why.ts';
import type { DeploymentSummary } from '../../../protocol/api/deployment.ts';
import type { Lane } from '../../../protocol/api/lane.ts';
import type { ServiceHosts } from '../../../protocol/api/region.ts';
import type { ServiceSummary } from '../../../protocol/api/service.ts';
import type { EntityManager } from '../connect.ts';
import { deploymentContext } from './api-deployment-context.ts';
import { deploymentSummary } from './api-deployment-rows.ts';
import { readServiceHosts } from './api-host-reads.ts';
import { laneOf } from './api-lane-rows.ts';
import { Deployment } from './entities.ts';
import type { DeploymentRow } from './entities/deployment.ts';
import type { ServiceRow } from './entities/service.ts';
import { readNewest } from './newest-deployments.ts';

/** A page of services. What belongs to them is read once for all. */
export async function serviceSummaries(
  em: EntityManager,
  services: readonly ServiceRow[],
  open: readonly DeploymentRow[],
  workers: Pick<MissingWorkers, 'versionFor'>,
): Promise<ServiceSummary[]> {
  if (services.length === 0) return [];
  const hosts = await readServiceHosts(em, { service: { $in: services.map(({ name }) => name) } });
  const shown = services.map((service) => ({ service, lane: laneOf(service, open) }));
  const newest = await newestDeployments(em, services);
  const actives = shown.flatMap(({ service, lane }) => rowOf(lane, service, open));
  const context = await deploymentContext(em, [...new Set([...actives, ...newest])], 'summary', workers);
  const summaryOf = (row: DeploymentRow | undefined) => (row === undefined ? null : deploymentSummary(row, context));
  return shown.map(({ service, lane }) =>
    serviceSummary(service, {
      lane,
      active: summaryOf(rowOf(lane, service, open)[0]),
      newest: summaryOf(newest.find((row) => row.service === service.name)),
      hosts: hosts.filter((each) => each.service === service.name),
    }),
  );
}

/** The deployment that the lane is at: what runs, else what waits first. */
const rowOf = ({ active, queue }: Lane, { name }: ServiceRow, open: readonly DeploymentRow[]): DeploymentRow[] =>
  open.filter(({ service, number }) => service === name && number === (active ?? queue[0])?.number);

async function newestDeployments(em: EntityManager, services: readonly ServiceRow[]): Promise<DeploymentRow[]> {
  const newest = await readNewest(
    em,
    services.map(({ name }) => name),
  );
  if (newest.size === 0) return [];
  return em.find(Deployment, { $or: [...newest].map(([service, number]) => ({ service, number })) });
}

interface Shown {
  readonly lane: Lane;
  readonly active: DeploymentSummary | null;
  /** Its newest deployment that wasn't taken back, ended or not. */
  readonly newest: DeploymentSummary | null;
  readonly hosts: readonly ServiceHosts[];
}

function serviceSummary(row: ServiceRow, { lane, active, newest, hosts }: Shown): ServiceSummary {
  const { name, repository, cloneUrl, branch, folder, owners } = row;
  const currentRelease = row.currentRelease ?? null;
  return {
    service: name,
    repository,
    cloneUrl,
    branch,
    folder,
    owners: [...owners],
    currentRelease,
    lane,
    active,
    why: serviceWhy({
      service: name,
      branch,
      currentRelease,
      hosts,
      lock: lane.lock,
      addedAt: row.addedAt.toISOString(),
      ended: newest?.outcome ? newest.why : null,
      isOwed: (newest?.pending.length ?? 0) > 0,
      isMoving: active !== null,
    }),
    hosts: [...hosts],
    changedAt:
      [newest?.since, active?.since, lane.lock?.since]
        .filter((at) => at !== undefined)
        .toSorted()
        .at(-1) ?? null,
  };
}
