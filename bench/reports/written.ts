import { sql } from 'kysely';
import type { Database } from '../../infra/postgres/connect.ts';

/** What a region's database has written since it was made: rows by how, and its log. */
export interface Written {
  readonly hostRows: number;
  /** Of them, those that no index was told of. */
  readonly hostRowsHot: number;
  readonly serviceRows: number;
  readonly serviceRowsHot: number;
  readonly walBytes: number;
}

export async function readWritten(database: Database): Promise<Written> {
  const kysely = database.em.fork().getKysely();
  await sql`select pg_stat_force_next_flush()`.execute(kysely);
  const { rows } = await sql<Written>`
    with figures as (select relname, n_tup_ins + n_tup_upd as rows, n_tup_hot_upd as hot from pg_stat_user_tables)
    select
      (select rows from figures where relname = 'host')::float8 as "hostRows",
      (select hot from figures where relname = 'host')::float8 as "hostRowsHot",
      (select rows from figures where relname = 'host_service')::float8 as "serviceRows",
      (select hot from figures where relname = 'host_service')::float8 as "serviceRowsHot",
      pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::float8 as "walBytes"`.execute(kysely);
  return rows[0]!;
}

export const writtenSince = (before: Written, after: Written): Written => ({
  hostRows: after.hostRows - before.hostRows,
  hostRowsHot: after.hostRowsHot - before.hostRowsHot,
  serviceRows: after.serviceRows - before.serviceRows,
  serviceRowsHot: after.serviceRowsHot - before.serviceRowsHot,
  walBytes: after.walBytes - before.walBytes,
});
