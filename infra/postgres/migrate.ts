import pg from 'pg';
import { isLockTimeout } from './availability.ts';
import { keptAlive, openDatabase, type Database, type DatabaseOptions } from './connect.ts';

/** Any number, but the same in all programs: who migrates a database holds this lock in it. */
const migrationLock = 7_510_001;

/**
 * For each lock of a table. Whoever comes to the table after a migration that waits for it waits behind it, so this is less than
 * anybody's patience: the api's is 3 s. All new migrations are one transaction: tables that it has locked stay locked while it waits
 * for another one, so more than one busy table may cost somebody else's patience, and nothing more.
 */
const lockTimeoutMs = 2_000;

/** Somebody else uses a table that a migration changes, and goes on to. Nothing was changed; it may be tried again. */
export class MigrationBlockedError extends Error {
  override readonly name = 'MigrationBlockedError';
  readonly code = 'migration-blocked';
}

/** Opens a database and migrates it, which takes as long as it takes: patience is for what comes later. Call `close()` at the end. */
export async function connectDatabase({ patienceMs, ...options }: DatabaseOptions): Promise<Database> {
  const migrated = await openMigrated(options);
  if (patienceMs === undefined) return migrated;
  await migrated.close(true);
  return openDatabase({ ...options, patienceMs });
}

async function openMigrated(options: DatabaseOptions): Promise<Database> {
  const database = await openDatabase(options);
  try {
    await migrateDatabase(database, options.url);
  } catch (error) {
    await database.close(true);
    throw error;
  }
  return database;
}

/**
 * Brings the schema to the newest migration. Several programs may call this at once: one migrates, the others wait for
 * it. The lock belongs to a connection of its own, so a killed process frees it. @throws MigrationBlockedError
 */
async function migrateDatabase(database: Database, url: string): Promise<void> {
  const holder = new pg.Client({ connectionString: url, application_name: 'slipway-migration', ...keptAlive });
  await holder.connect();
  try {
    await holder.query('select pg_advisory_lock($1)', [migrationLock]);
    await migrate(database);
  } catch (error) {
    throw isLockTimeout(error) ? blocked(url, error) : error;
  } finally {
    await holder.end();
  }
}

/** All of them or none. */
async function migrate(database: Database): Promise<void> {
  // Also prepares its table, over another connection, while this one may still be the pool's only one.
  if ((await database.migrator.getPending()).length === 0) return;
  await database.em.fork().transactional(async (em) => {
    await em.execute(`set local lock_timeout = ${lockTimeoutMs}`);
    await database.migrator.up({ transaction: em.getTransactionContext()! });
  });
}

const blocked = (url: string, cause: unknown): MigrationBlockedError =>
  new MigrationBlockedError(
    `the database ${new URL(url).pathname.slice(1)} was not migrated: a table that a migration changes was in use for more than ` +
      `${lockTimeoutMs / 1_000} s, as by a backup or a long query (pg_locks names it). Nothing was changed; start again when that is over`,
    { cause },
  );
