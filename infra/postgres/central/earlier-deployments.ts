import type { EarlierDeployment } from '../../../domain/hook/find-left-behind.ts';
import type { DeploymentNumber, RegionName, ReleaseNumber, ServiceName } from '../../../domain/names.ts';
import type { EntityManager } from '../connect.ts';
import { Deployment, RegionOutcome, Release } from './entities.ts';
import { begunHooks } from './hook-runs.ts';

export interface EarlierThan {
  readonly service: ServiceName;
  /** `null`: than the next one. */
  readonly deployment: DeploymentNumber | null;
  /** Where that one goes. */
  readonly regions: readonly RegionName[];
}

/**
 * Deployments that began since the oldest of these regions' bases, oldest first: an undo brings hosts there back to before
 * all of them. A region without a base stops, so that nothing old runs there. What a rollback left nobody's hook did.
 */
export async function readEarlier(em: EntityManager, of: EarlierThan): Promise<readonly EarlierDeployment[]> {
  const { service } = of;
  const base = await oldestBase(em, of);
  if (base === null) return [];
  const number = { $gt: base, ...(of.deployment !== null && { $lt: of.deployment }) };
  const begun = { service, number, startedAt: { $ne: null }, kind: { $ne: 'rollback' as const } };
  const fields = ['service', 'number', 'release'] as const;
  const rows = await em.find(Deployment, begun, { orderBy: { number: 'asc' }, fields: [...fields] });
  const numbers = rows.map((row) => row.number);
  const specs = await readSpecs(
    em,
    service,
    rows.map(({ release }) => release),
  );
  const outcomes = await em.find(RegionOutcome, { service, deployment: { $in: numbers } });
  const hooks = await begunHooks(em, service, numbers);
  return rows.map(({ number: deployment, release }) => ({
    deployment,
    release,
    spec: specs.get(release) ?? {},
    hooks: hooks.get(deployment) ?? [],
    outcomes: outcomes.filter((row) => row.deployment === deployment).map(({ outcome }) => outcome),
  }));
}

/** Of each region the last success there is its base, also where the region hasn't heard of it yet. */
async function oldestBase(
  em: EntityManager,
  { service, deployment, regions }: EarlierThan,
): Promise<DeploymentNumber | null> {
  const before = deployment === null ? {} : { deployment: { $lt: deployment } };
  const succeeded = { service, outcome: 'succeeded' as const, ...before };
  const bases: DeploymentNumber[] = [];
  for (const region of regions) {
    const last = await em.findOne(RegionOutcome, { ...succeeded, region }, { orderBy: { deployment: 'desc' } });
    if (last !== null) bases.push(last.deployment);
  }
  return bases.length === 0 ? null : (Math.min(...bases) as DeploymentNumber);
}

async function readSpecs(em: EntityManager, service: ServiceName, releases: readonly ReleaseNumber[]) {
  const found = await em.find(Release, { service, number: { $in: [...releases] } }, { fields: ['number', 'spec'] });
  return new Map(found.flatMap(({ number, spec }) => (spec ? [[number, spec] as const] : [])));
}
