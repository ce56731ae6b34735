import { sql } from 'kysely';
import type { Database } from '../../infra/postgres/connect.ts';

/** What was written to a region's database, and asked of it, since it was made. */
export interface DatabaseLoad {
  readonly rows: number;
  readonly transactions: number;
  /** Of the whole server's log, which the embedded stack shares: bytes. */
  readonly walBytes: number;
}

export async function databaseLoad(database: Database): Promise<DatabaseLoad> {
  const { rows } = await sql<DatabaseLoad>`
    select (tup_inserted + tup_updated + tup_deleted)::float8 as rows, xact_commit::float8 as transactions,
      pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::float8 as "walBytes"
    from pg_stat_database where datname = current_database()`.execute(database.em.fork().getKysely());
  return rows[0]!;
}

export const loadSince = (before: DatabaseLoad, after: DatabaseLoad): DatabaseLoad => ({
  rows: after.rows - before.rows,
  transactions: after.transactions - before.transactions,
  walBytes: after.walBytes - before.walBytes,
});
