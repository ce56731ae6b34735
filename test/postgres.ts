import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { postgresUser } from '../infra/local/postgres-server.ts';
import { askForServer } from './servers/ask.ts';
import { postgresPassword } from './servers/postgres-password.ts';

/** A schema that many test files start from: prepared once a run, then copied. */
export interface DatabaseTemplate {
  /** Unique among the templates of the project: `central`, `region`. */
  readonly name: string;
  /** Brings an empty database to the schema; must close its connections. */
  prepare(url: string): Promise<void>;
}

export interface TestDatabase {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  /** The same as one connection string. */
  readonly url: string;
  /** Drops the database, breaking connections that are still open. */
  drop(): Promise<void>;
}

/** A fresh database in the run's Postgres, empty or a copy of the template (about 0.1 s). */
export async function createTestDatabase(template?: DatabaseTemplate): Promise<TestDatabase> {
  const port = await askForServer('postgres');
  const database = `test_${randomBytes(6).toString('hex')}`;
  await asAdministrator(port, async (admin) => {
    const source = template === undefined ? 'template1' : await prepared(admin, port, template);
    await admin.query(`CREATE DATABASE ${database} TEMPLATE ${source}`);
  });
  const drop = (): Promise<void> =>
    asAdministrator(
      port,
      async (admin) => void (await admin.query(`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`)),
    );
  return { ...addressOf(port, database), drop };
}

/**
 * The name of the template's database, prepared by the first of all test files that asks. It takes its name only when
 * whole, and the lock (held until the administrator's connection ends) keeps the others waiting.
 */
async function prepared(admin: pg.Client, port: number, template: DatabaseTemplate): Promise<string> {
  const name = `template_${template.name}`;
  await admin.query('SELECT pg_advisory_lock(hashtext($1))', [name]);
  const { rowCount } = await admin.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
  if (rowCount === 1) return name;
  const unfinished = `${name}_unfinished`;
  await admin.query(`DROP DATABASE IF EXISTS ${unfinished} WITH (FORCE)`);
  await admin.query(`CREATE DATABASE ${unfinished}`);
  await template.prepare(addressOf(port, unfinished).url);
  await admin.query(`ALTER DATABASE ${unfinished} RENAME TO ${name}`);
  return name;
}

async function asAdministrator<Result>(port: number, work: (admin: pg.Client) => Promise<Result>): Promise<Result> {
  const admin = new pg.Client(addressOf(port, 'postgres'));
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.end();
  }
}

function addressOf(port: number, database: string): Omit<TestDatabase, 'drop'> {
  const address = { host: '127.0.0.1', port, user: postgresUser, password: postgresPassword, database };
  return { ...address, url: `postgresql://${postgresUser}:${postgresPassword}@127.0.0.1:${port}/${database}` };
}
