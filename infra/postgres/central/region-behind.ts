import type { BehindService, OpenWithout } from '../../../api/control/regions/region-book.ts';
import type { RegionName } from '../../../domain/names.ts';
import type { EntityManager } from '../connect.ts';

/** Of a release, whether its spec names the region. */
export const goesTo = `exists (
  select from jsonb_array_elements(release.spec -> 'rollout' -> 'stages') as in_order where in_order -> 'regions' @> to_jsonb(?::text))`;

/** Of a deployment, whether its plan has the region. */
const planned = `regions @> jsonb_build_array(jsonb_build_object('region', ?::text))`;
/** Of a deployment, whether somebody asked for some of the regions only. */
const limited = `source -> 'regions' is not null`;

/**
 * The last success that was meant for all regions left this one out, which a plan does with those that are drained only; and no
 * deployment since has come to it with the release, or is about to: what was skipped, held or rolled back there stays so.
 */
export async function listBehind(em: EntityManager, region: RegionName, key: string): Promise<BehindService[]> {
  return em.execute<BehindService[]>(
    `
    select service.name as service, service.current_release as release from service
      join release on release.service = service.name and release.number = service.current_release
      left join service_region as here on here.service = service.name and here.region = ?
      join lateral (
        select number, regions from deployment where deployment.service = service.name and outcome = 'succeeded'
          and release = service.current_release and not (${limited}) order by number desc limit 1
      ) as brought on not (brought.${planned})
    where ${goesTo} and here.release is distinct from service.current_release
      and not exists (
        select from deployment where deployment.service = service.name and number > brought.number and key <> ?
          and release = service.current_release and (${planned} or (
            outcome is null and regions = '[]' and (not (${limited}) or source -> 'regions' @> to_jsonb(?::text)))))
    order by service.name`,
    [region, region, region, key, region, region],
  );
}

/** Open ones whose spec names the region, that were planned while it was drained. */
export async function listOpenWithout(em: EntityManager, region: RegionName): Promise<OpenWithout[]> {
  return em.execute<OpenWithout[]>(
    `
    select deployment.service, deployment.number as deployment from deployment
      join release on release.service = deployment.service and release.number = deployment.release
    where outcome is null and kind <> 'rollback' and not (${limited}) and regions <> '[]' and not (${planned}) and ${goesTo}
    order by deployment.service, deployment.number`,
    [region, region],
  );
}
