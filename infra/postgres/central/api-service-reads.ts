import type { MissingWorkers } from '../../../api/control/operations/missing-workers.ts';
import type { Projection } from '../../../api/control/reads/projection.ts';
import { policyOf } from '../../../domain/plan/policy-text.ts';
import type { ServiceName } from '../../../domain/names.ts';
import type { Lane } from '../../../protocol/api/lane.ts';
import type { Database, EntityManager } from '../connect.ts';
import { deploymentContext } from './api-deployment-context.ts';
import { deploymentSummary } from './api-deployment-rows.ts';
import { laneOf } from './api-lane-rows.ts';
import { serviceSummaries } from './api-service-rows.ts';
import { Deployment, Release, Service } from './entities.ts';
import type { DeploymentRow } from './entities/deployment.ts';
import type { ServiceRow } from './entities/service.ts';

type ServiceReads = Pick<Projection, 'listServices' | 'findService' | 'findLane' | 'listOwners' | 'listLanes'>;

const shownDeployments = 10;

export const serviceReads = (database: Database, workers: Pick<MissingWorkers, 'versionFor'>): ServiceReads => ({
  async listServices({ limit, cursor }) {
    const em = database.em.fork();
    const where = cursor === undefined ? {} : { name: { $gt: cursor } as object };
    const rows = await em.find(Service, where, { orderBy: { name: 'asc' }, limit: limit + 1 });
    const page = rows.slice(0, limit);
    const items = await serviceSummaries(em, page, await openDeployments(em, page), workers);
    return { items, next: rows.length > limit ? (items.at(-1)?.service ?? null) : null };
  },

  async findService(name) {
    const em = database.em.fork();
    const row = await em.findOne(Service, { name });
    if (row === null) return null;
    const [summary] = await serviceSummaries(em, [row], await openDeployments(em, [row]), workers);
    const recent = await em.find(
      Deployment,
      { service: name },
      { orderBy: { number: 'desc' }, limit: shownDeployments },
    );
    const context = await deploymentContext(em, recent, 'summary', workers);
    const deployments = recent.map((each) => deploymentSummary(each, context));
    return { ...summary!, deployments, policy: await policyIn(em, name) };
  },

  async findLane(name) {
    const em = database.em.fork();
    const row = await em.findOne(Service, { name });
    return row === null ? null : laneOf(row, await openDeployments(em, [row]));
  },

  async listOwners(name) {
    const row = await database.em.fork().findOne(Service, { name });
    return row?.owners ?? [];
  },

  async listLanes(): Promise<Lane[]> {
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

async function policyIn(em: EntityManager, service: ServiceName) {
  const [newest] = await em
    .fork()
    .find(Release, { service, spec: { $ne: null } }, { orderBy: { number: 'desc' }, limit: 1, fields: ['spec'] });
  return newest?.spec ? policyOf(newest.spec) : null;
}
