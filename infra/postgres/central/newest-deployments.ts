import type { DeploymentNumber, ServiceName } from '../../../domain/names.ts';
import { takenBack } from '../../../domain/progress/taken-back.ts';
import type { EntityManager } from '../connect.ts';
import { placeholders } from './placeholders.ts';

/**
 * Of each service the deployment that says how things are: its newest, but for those that were not started yet, and those
 * that were taken back before they began in any region. A service that has none is left out.
 */
export async function readNewest(
  em: EntityManager,
  services: readonly ServiceName[],
): Promise<ReadonlyMap<ServiceName, DeploymentNumber>> {
  if (services.length === 0) return new Map();
  const rows = await em.execute<{ service: ServiceName; number: DeploymentNumber | null }[]>(
    `select s.name as service, (
       select d.number from deployment d
       where d.service = s.name and (d.outcome is not null or d.started_at is not null)
         and (d.outcome is null or d.outcome not in (${placeholders(takenBack)})
         or exists (select from region_outcome r where r.service = d.service and r.deployment = d.number))
       order by d.number desc limit 1
     ) as number
     from service s where s.name in (${placeholders(services)})`,
    [...takenBack, ...services],
  );
  return new Map(rows.flatMap(({ service, number }) => (number === null ? [] : [[service, number] as const])));
}
