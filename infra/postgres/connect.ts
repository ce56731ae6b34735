import type { EntitySchema, MikroORM, Options } from '@mikro-orm/core';
import { Migrator } from '@mikro-orm/migrations';
import { MikroORM as PostgresMikroOrm } from '@mikro-orm/postgresql';
import type { PostgreSqlDriver, SqlEntityManager } from '@mikro-orm/postgresql';
import type pg from 'pg';

/** One database through MikroORM: `fork()` its `em` for every unit of work. */
export type Database = MikroORM<PostgreSqlDriver>;
/** What one unit of work reads and writes through; inside `transactional` everything commits or nothing does. */
export type EntityManager = SqlEntityManager<PostgreSqlDriver>;

type MigrationList = NonNullable<NonNullable<Options['migrations']>['migrationsList']>;

export interface DatabaseOptions {
  /** `postgres://user:password@host:port/database` */
  readonly url: string;
  readonly entities: readonly EntitySchema[];
  /** Oldest first; applied ones are never edited. */
  readonly migrations: MigrationList;
  /** Shown in `pg_stat_activity`. */
  readonly applicationName: string;
  /** Connections of this process: at most 10 unless said. */
  readonly maxConnections?: number;
  /** A connection or an answer that takes longer is given up, the connection with it; without it they are waited for. */
  readonly patienceMs?: number;
}

/** Describes the database and its pool; nothing is connected before the first query. */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  return PostgresMikroOrm.init<PostgreSqlDriver>({
    clientUrl: options.url,
    entities: [...options.entities],
    extensions: [Migrator],
    migrations: { migrationsList: [...options.migrations], snapshot: false, silent: true },
    forceUtcTimezone: true,
    pool: { min: 0, max: options.maxConnections ?? 10 },
    driverOptions: {
      application_name: options.applicationName,
      onPoolCreated: watchOverClients,
      ...keptAlive,
      ...patience(options.patienceMs),
    },
    ensureDatabase: false,
  });
}

/**
 * A database that vanishes without a word (its machine is gone, its network is cut) is found out within some 20 seconds on
 * a connection that waits for nothing: the kernel asks after 10 s, and not after the two hours that it takes by itself.
 */
export const keptAlive = { keepAlive: true, keepAliveInitialDelayMillis: 10_000 } as const;

/** A statement that nobody waits for any more goes on in the server, with its locks, until the server ends it. */
const abandonedMs = 1_000;

/** On a connection that waits for an answer the kernel tries for a quarter of an hour: who asks gives up before. */
const patience = (ms: number | undefined) =>
  ms === undefined ? {} : { connectionTimeoutMillis: ms, query_timeout: ms, statement_timeout: ms + abandonedMs };

function watchOverClients(pool: pg.Pool): void {
  takeBackLostClients(pool);
  pool.on('connect', endWhenUnanswered);
}

/**
 * The driver's time-out leaves its connection behind the answer that didn't come: whatever is sent next, a ROLLBACK or
 * another caller's query, would wait there too. So the connection ends, and the pool opens another.
 */
function endWhenUnanswered(client: pg.PoolClient): void {
  const query = client.query.bind(client) as (...args: unknown[]) => unknown;
  const watched = (...args: unknown[]): unknown => {
    const answer = query(...args);
    if (answer instanceof Promise) answer.catch((error: unknown) => void (isUnanswered(error) && endNow(client)));
    return answer;
  };
  Object.assign(client, { query: watched });
}

/** The driver's own words; it has no code for them. */
const isUnanswered = (error: unknown): boolean => error instanceof Error && error.message === 'Query read timeout';

/** With a query under way the driver cuts the socket, and doesn't wait for the other side. */
const endNow = (client: pg.PoolClient): Promise<void> => (client as unknown as pg.Client).end().catch(() => undefined);

/**
 * A transaction whose connection was cut never gives its client back: Kysely does so only after a COMMIT or ROLLBACK that
 * succeeded. After as many cuts as the pool has clients every call would wait for ever. So the pool takes it back itself.
 */
function takeBackLostClients(pool: pg.Pool): void {
  const inUse = new Set<pg.PoolClient>();
  pool.on('acquire', (client) => inUse.add(client));
  pool.on('release', (_error, client) => inUse.delete(client));
  pool.on('connect', (client) => {
    client.once('end', () => {
      if (!inUse.has(client)) return;
      client.release(true);
      client.release = () => undefined; // by its user, who may do so all the same
    });
  });
}
