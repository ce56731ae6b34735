import type { Projection } from '../../../api/control/reads/projection.ts';
import type { Lane } from '../../../protocol/api/lane.ts';
import type { ServiceSummary } from '../../../protocol/api/service.ts';
import type { Database, EntityManager } from '../connect.ts';
import { changedAt, deploymentSummary } from './api-deployment-rows.ts';
import { hostReads } from './api-host-reads.ts';
import { Deployment, Service } from './entities.ts';
import type { DeploymentRow } from './entities/deployment.ts';
import type { ServiceRow } from './entities/service.ts';
import { deploymentName } from './object-names.ts';

type ServiceReads = Pick<Projection, 'listServices' | 'findService' | 'findLane' | 'listLanes'>;

const shownDeployments = 10;

export const serviceReads = (database: Database): ServiceReads => ({
  async listServices({ limit, cursor }) {
    const em = database.em.fork();
    const where = cursor === undefined ? {} : { name: { $gt: cursor } as object };
    const rows = await em.find(Service, where, { orderBy: { name: 'asc' }, limit: limit + 1 });
    const page = rows.slice(0, limit);
    const open = await openDeployments(em, page);
    const items = page.map((row) => summaryOf(row, open));
    return { items, next: rows.length > limit ? (items.at(-1)?.service ?? null) : null };
  },

  async findService(name) {
    const em = database.em.fork();
    const row = await em.findOne(Service, { name });
    if (row === null) return null;
    const recent = await em.find(
      Deployment,
      { service: name },
      { orderBy: { number: 'desc' }, limit: shownDeployments },
    );
    const since = await changedAt(em, recent);
    return {
      ...summaryOf(row, await openDeployments(em, [row])),
      hosts: [...(await hostReads(database).listHosts(name))],
      deployments: recent.map((each) => deploymentSummary(each, since)),
    };
  },

  async findLane(name) {
    const em = database.em.fork();
    const row = await em.findOne(Service, { name });
    return row === null ? null : laneOf(row, await openDeployments(em, [row]));
  },

  async listLanes() {
    const em = database.em.fork();
    const rows = await em.find(Service, {}, { orderBy: { name: 'asc' }, limit: 1_000 });
    const open = await openDeployments(em, rows);
    return rows.map((row) => laneOf(row, open));
  },
});

const openDeployments = (em: EntityManager, services: readonly ServiceRow[]): Promise<DeploymentRow[]> =>
  em.find(
    Deployment,
    { outcome: null, service: { $in: services.map(({ name }) => name) } },
    { orderBy: { number: 'asc' } },
  );

function summaryOf(row: ServiceRow, open: readonly DeploymentRow[]): ServiceSummary {
  const { name, repository, branch, folder, owners, currentRelease } = row;
  return {
    service: name,
    repository,
    branch,
    folder,
    owners: [...owners],
    currentRelease: currentRelease ?? null,
    lane: laneOf(row, open),
  };
}

/** The active deployment is the one that was started first; what was not started waits behind it. */
function laneOf({ name, lock }: ServiceRow, open: readonly DeploymentRow[]): Lane {
  const own = open.filter(({ service }) => service === name);
  const active = own.find(({ startedAt }) => startedAt !== null && startedAt !== undefined) ?? null;
  const entryOf = ({ service, number, release, kind }: DeploymentRow) => ({
    deployment: deploymentName(service, number),
    number,
    release,
    kind,
  });
  return {
    service: name,
    lock: lock ?? null,
    active: active === null ? null : entryOf(active),
    queue: own.filter((row) => row !== active).map(entryOf),
  };
}
