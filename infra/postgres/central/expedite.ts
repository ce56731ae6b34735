import { LockMode } from '@mikro-orm/core';
import type { DeploymentRequest, PersonSource } from '../../../activities/lane/contract.ts';
import { carriedAlong } from '../../../domain/lane/superseding.ts';
import type { EntityManager } from '../connect.ts';
import { storable } from '../storable.ts';
import type { AuditEntry } from './audit-log.ts';
import { Deployment, Release } from './entities.ts';
import type { DeploymentRow } from './entities/deployment.ts';
import type { ServiceRow } from './entities/service.ts';
import { deploymentName } from './object-names.ts';

type Hotfix = NonNullable<DeploymentRow['hotfix']>;

export const hotfixOf = ({ key, makesWay }: DeploymentRequest, { person, reason }: PersonSource): Hotfix =>
  storable({ by: person, reason: reason ?? '', key, ...(makesWay && { makesWay }) });

/** What a hotfix with this key has opened, or has had go first. */
export async function findHotfix(em: EntityManager, service: ServiceRow, key: string): Promise<DeploymentRow | null> {
  const rows = await em.execute<{ number: DeploymentRow['number'] }[]>(
    `select number from deployment where service = ? and hotfix ->> 'key' = ? order by number desc limit 1`,
    [service.name, key],
  );
  const [found] = rows;
  return found === undefined ? null : em.findOne(Deployment, { service: service.name, number: found.number });
}

/**
 * A deployment of the release that waits already, most often a merge that is not built yet: it goes first, instead of
 * another beside it. Who wants that may not approve it. `null` when none waits.
 */
export async function expedite(
  em: EntityManager,
  service: ServiceRow,
  release: DeploymentRow['release'],
  hotfix: Hotfix,
): Promise<{ readonly row: DeploymentRow; readonly audit: readonly AuditEntry[] } | null> {
  const waiting = {
    service: service.name,
    release,
    outcome: null,
    startedAt: null,
    kind: { $ne: 'rollback' },
  } as const;
  const order = { orderBy: { number: 'asc' }, lockMode: LockMode.PESSIMISTIC_WRITE } as const;
  const rows = await em.find(Deployment, waiting, order);
  // One to some of the regions would leave the others with what the hotfix is for.
  const row = rows.find(({ source }) => source.from === 'merge' || source.regions === undefined);
  if (row === undefined) return null;
  if (row.hotfix) return { row, audit: [] };
  row.hotfix = hotfix;
  const made = await em.findOneOrFail(Release, { service: service.name, number: release });
  made.carries = carriedAlong(made.carries ?? [], { authors: [], pusher: hotfix.by });
  const { by, reason, key } = hotfix;
  const object = deploymentName(service.name, row.number);
  const detail = { reason, request: key };
  const audit = [{ actor: by, verb: 'deployment-expedited', object, detail, key: `hotfix:${service.name}:${key}` }];
  return { row, audit };
}
