import { sql } from 'kysely';
import type { HostReports } from '../../../activities/goals/host-reports.ts';
import { deafAfterMs, type OtherInstances } from '../../../domain/goal/region-view.ts';
import type { Database } from '../connect.ts';
import { heardAt } from './heard-at.ts';
import { readHostStatuses } from './host-statuses.ts';
import type { ServiceChanges } from './service-changes.ts';

export const createHostReports = (database: Database, changes: Pick<ServiceChanges, 'onChange'>): HostReports => ({
  readHosts: (of) => readHostStatuses(database.em.fork(), of),
  onChange: (service, wake) => changes.onChange(service, wake),
  async countOtherServices({ service, elapsedMs, absentAfterMs }) {
    const { rows } = await sql<Required<OtherInstances>>`
      with other as (
        select said.health,
          extract(epoch from clock_timestamp() - ${heardAt}) * 1000 as age_ms,
          coalesce(goal.absent_after_ms, ${absentAfterMs}::float8) as absent_after_ms
        from host_service as said join host on host.id = said.host left join goal using (service)
        where said.service <> ${service} and not (host.maintenance or said.maintenance)
      )
      select
        count(*) filter (where health = 'healthy' and age_ms < absent_after_ms)::int as healthy,
        count(*) filter (where health = 'healthy' and age_ms < ${deafAfterMs(absentAfterMs)}::float8)::int as heard,
        count(*) filter (where case when age_ms < absent_after_ms then health = 'unhealthy'
          else age_ms < absent_after_ms + ${elapsedMs}::float8 end)::int as unhealthy
      from other`.execute(database.em.fork().getKysely());
    return rows[0]!;
  },
});
