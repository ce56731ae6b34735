import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Migration } from '@mikro-orm/migrations';
import pg from 'pg';
import { until } from '../../test/crash/run/patience.ts';
import { patienceMs } from '../../test/patience.ts';
import { createTestDatabase, type TestDatabase } from '../../test/postgres.ts';
import { Audit } from './central/entities.ts';
import type { DatabaseOptions } from './connect.ts';
import { connectDatabase, MigrationBlockedError } from './migrate.ts';

let created: TestDatabase;
let reader: pg.Client;
let other: pg.Client;
beforeAll(async () => {
  created = await createTestDatabase();
  [reader, other] = [new pg.Client(created.url), new pg.Client(created.url)];
  await Promise.all([reader.connect(), other.connect()]);
});
afterAll(async () => {
  await Promise.all([reader.end(), other.end()]);
  await created.drop();
});

class Slow extends Migration {
  override up(): void {
    this.addSql('select pg_sleep(2)');
  }
}
class Planets extends Migration {
  override up(): void {
    this.addSql('create table planet (name text)');
  }
}
class Moons extends Migration {
  override up(): void {
    this.addSql('create table moon (name text)');
    this.addSql('alter table planet add column moons int');
  }
}

const known = { url: '', entities: [Audit], applicationName: 'test' };
const connect = (migrations: DatabaseOptions['migrations'], options = {}) =>
  connectDatabase({ ...known, url: created.url, migrations, ...options });

test('a migration may take longer than an answer may', async () => {
  const database = await connect([{ name: 'slow', class: Slow }], { patienceMs: 1_500 });
  expect((await database.migrator.getExecuted()).map(({ name }) => name)).toEqual(['slow']);
  await expect(database.em.fork().execute('select pg_sleep(2)')).rejects.toThrow(/timeout/);
  await database.close(true);
});

test('a migration that waits for a table gives up soon, changes nothing, and keeps nobody waiting behind it', async () => {
  const first = [{ name: 'planets', class: Planets }];
  const both = [...first, { name: 'moons', class: Moons }];
  await (await connect(first, { maxConnections: 1 })).close(true);
  await reader.query('begin');
  await reader.query('select from planet'); // as a backup reads
  const migrating = connect(both);
  const refused = migrating.catch((error: unknown) => error);
  await until('it to wait for the table', patienceMs, async () => {
    const { rowCount } = await other.query("select from pg_locks where relation = 'planet'::regclass and not granted");
    return rowCount === 1 || undefined;
  });
  await other.query('select from planet');
  expect(await refused).toBeInstanceOf(MigrationBlockedError);
  await expect(migrating).rejects.toThrow('in use for more than 2 s');
  await expect(other.query('select from moon')).rejects.toThrow('does not exist');
  await reader.query('commit');
  const database = await connect(both);
  expect(await database.migrator.getPending()).toEqual([]);
  await database.close(true);
});
