import type { RegionName } from '../../../domain/names.ts';
import type { EntityManager } from '../connect.ts';
import { Deployment, Release, Service, ServiceRegion } from './entities.ts';
import type { DeploymentRow } from './entities/deployment.ts';

/**
 * Whether a deployment that succeeded was meant for some of the regions, and others that the service goes to don't have its
 * release: none, another, or not finished yet. Regions that the spec has dropped since don't count.
 */
export async function isPartial(em: EntityManager, row: DeploymentRow): Promise<boolean> {
  const { service, release, source } = row;
  if (source.from === 'merge' || source.regions === undefined) return false;
  const regions = await regionsToHave(em, row);
  return (await em.count(ServiceRegion, { service, release, region: { $in: [...regions] } })) < regions.length;
}

/** A partial success is the service's as soon as the last region has its release, unless that had a later one. */
export async function becomeWhole(em: EntityManager, row: DeploymentRow): Promise<void> {
  if (row.outcome !== 'succeeded' || !row.partial || (await isPartial(em, row))) return;
  row.partial = false;
  const { service: name, number, release } = row;
  const later = { service: name, number: { $gt: number }, outcome: 'succeeded', partial: false } as const;
  if ((await em.count(Deployment, later)) === 0) (await em.findOneOrFail(Service, { name })).currentRelease = release;
}

/** A rollback comes to what the service runs in, and not to regions that only its release knew or that only it dropped. */
async function regionsToHave(em: EntityManager, row: DeploymentRow): Promise<readonly RegionName[]> {
  const { service, release, kind } = row;
  const { currentRelease } = await em.findOneOrFail(Service, { name: service });
  const releases = kind === 'rollback' && currentRelease ? [release, currentRelease] : [release];
  const rows = await em.find(Release, { service, number: { $in: releases } }, { fields: ['spec'] });
  const specs = rows.flatMap(({ spec }) => (spec ? [spec] : []));
  const ofSpecs = specs.flatMap(({ rollout }) => rollout.stages.flatMap(({ regions }) => regions));
  const standing = await em.find(ServiceRegion, { service, release: { $ne: null } }, { fields: ['region'] });
  const runs = standing.map(({ region }) => region);
  if (specs.length === 0) return runs;
  return [...new Set(ofSpecs)].filter((region) => kind !== 'rollback' || runs.includes(region));
}
