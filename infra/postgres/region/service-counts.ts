import { sql } from 'kysely';
import type { Attempt } from '../../../domain/goal/attempt.ts';
import type { GoalMode } from '../../../domain/goal/goal.ts';
import type { Generation, ServiceName } from '../../../domain/names.ts';
import type { DriftedHosts } from '../../../protocol/summary.ts';
import type { HostGroup } from '../../../domain/summary/host-counts.ts';
import type { EntityManager } from '../connect.ts';
import { heardAt } from './heard-at.ts';

/** A service's goal and its hosts, those alike counted together. */
export interface ServiceCounts {
  readonly service: ServiceName;
  readonly attempt: Attempt;
  readonly generation: Generation;
  readonly mode: GoalMode;
  readonly groups: readonly HostGroup[];
  readonly drifted: DriftedHosts | null;
}

/**
 * All services that have a goal, in one statement however many hosts there are. A service's hosts are those that its
 * goal selects now and those that run it; of one in maintenance, which nobody waits for,
 * only what still runs there. A host that never named the service is as old as its last report at all.
 */
export async function readServiceCounts(em: EntityManager): Promise<readonly ServiceCounts[]> {
  const { rows } = await sql<ServiceCounts>`
    with placed as (
      select goal.service, replica.number as release, coalesce(said.health, 'unknown') as health,
        coalesce(said.state, 'pending') as state,
        coalesce(
          extract(epoch from clock_timestamp() - coalesce(${heardAt}, host.reported_at)) * 1000 < goal.absent_after_ms,
          false
        ) as live
      from goal cross join host
        left join host_service as said on said.service = goal.service and said.host = host.id
        left join replica on replica.release = said.running
      where said.running is not null or (not host.maintenance and (
        host.labels @> (goal.row->'base'->'selector') or host.labels @> (goal.row->'next'->'selector')))
    ),
    alike as (
      select service, live, health, state, release, count(*)::int as hosts
      from placed group by service, live, health, state, release
    ),
    drifted as (
      select said.service, row_number() over (partition by said.service order by said.host) as place,
        jsonb_build_object('host', said.host, 'state', said.drift->'state', 'since', said.drift->'since',
          'path', said.drift->'differences'->0->'path', 'what', said.drift->'differences'->0->'what',
          'count', said.drift->'count') as named
      from host_service as said join goal using (service) join host on host.id = said.host
      where said.drift->>'state' <> 'mended'
        and extract(epoch from clock_timestamp() - ${heardAt}) * 1000 < goal.absent_after_ms
    )
    select goal.service, goal.row->'attempt' as attempt, goal.generation::float8 as generation, goal.row->>'mode' as mode,
      coalesce((
        select jsonb_agg(to_jsonb(alike) - 'service') from alike where alike.service = goal.service
      ), '[]') as groups,
      (
        select jsonb_build_object('hosts', count(*), 'named', jsonb_agg(named order by place) filter (where place <= 8))
        from drifted where drifted.service = goal.service having count(*) > 0
      ) as drifted
    from goal order by goal.service`.execute(em.getKysely());
  return rows;
}
