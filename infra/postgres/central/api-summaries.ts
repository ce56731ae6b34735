import type { RegionSummaries } from '../../../api/control/regions/region-summaries.ts';
import type { Database } from '../connect.ts';

/** Told to listeners with the region's name, when newer counts of it are committed. */
export const summaryChannel = 'slipway_summary';

/**
 * All services of a summary in one statement, each guarded by its own number: two summaries that overtake each other
 * leave the newer of both, service by service. Listeners are told only when something was newer.
 */
const storeNewer = `
with given as (
  select value as summary from jsonb_array_elements(?::jsonb)
), stored as (
  insert into region_summary (region, service, sequence, summary, at, received_at)
  select ?, summary ->> 'service', ?::bigint, summary, ?::timestamptz, clock_timestamp() from given
  on conflict (region, service) do update
    set sequence = excluded.sequence, summary = excluded.summary, at = excluded.at, received_at = excluded.received_at
    where region_summary.sequence < excluded.sequence
  returning 1
)
select pg_notify(?, ?) where exists (select from stored)`;

/** @see RegionSummaries */
export const createRegionSummaries = (database: Database): RegionSummaries => ({
  async store({ region, sequence, at, services }) {
    const parameters = [JSON.stringify(services), region, sequence, at, summaryChannel, region];
    await database.em.fork().execute(storeNewer, parameters);
  },
});
