import pg from 'pg';
import { postgresUser } from './postgres-server.ts';

/** Creates those of the databases that are not there. */
export async function createDatabases(port: number, password: string, names: readonly string[]): Promise<void> {
  const client = new pg.Client({ host: '127.0.0.1', port, user: postgresUser, password, database: 'postgres' });
  await client.connect();
  try {
    const { rows } = await client.query<{ datname: string }>('select datname from pg_database');
    const there = new Set(rows.map(({ datname }) => datname));
    for (const name of names.filter((each) => !there.has(each)))
      await client.query(`create database ${pg.escapeIdentifier(name)}`);
  } finally {
    await client.end();
  }
}
