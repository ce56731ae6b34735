import { afterAll, expect, test } from '@jest/globals';
import pg from 'pg';
import type { TestDatabase } from './postgres.ts';
import { createTestDatabase } from './postgres.ts';

const made: TestDatabase[] = [];
afterAll(() => Promise.all(made.map((database) => database.drop())));

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client(url);
  await client.connect();
  const { rows } = await client.query(sql);
  await client.end();
  return rows;
}

let preparations = 0;
const template = {
  name: 'postgres_test',
  prepare: async (url: string) => {
    preparations += 1;
    await query(url, 'CREATE TABLE planet AS SELECT 3 AS position');
  },
};

test('databases from one template start the same, share nothing, and prepare it once', async () => {
  const [one, other] = await Promise.all([createTestDatabase(template), createTestDatabase(template)]);
  made.push(one, other);
  await query(one.url, 'UPDATE planet SET position = 4');
  expect(await query(other.url, 'SELECT position FROM planet')).toEqual([{ position: 3 }]);
  expect(preparations).toBe(1);
});

test('a dropped database is gone, though someone is still connected', async () => {
  const database = await createTestDatabase();
  const client = new pg.Client(database.url);
  client.on('error', () => undefined);
  await client.connect();
  await database.drop();
  await expect(query(database.url, 'SELECT 1')).rejects.toThrow('does not exist');
});
