import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../../test/postgres.ts';
import { Audit } from './central/entities.ts';
import { openDatabase } from './connect.ts';

let created: TestDatabase;
beforeAll(async () => {
  created = await createTestDatabase();
});
afterAll(() => created.drop());

test('transactions whose connection is cut, more of them than the pool has, leave it whole, and it can be closed', async () => {
  const database = await openDatabase({
    url: created.url,
    entities: [Audit],
    migrations: [],
    applicationName: 'test',
    maxConnections: 2,
  });
  const cut = (): Promise<unknown> =>
    database.em.fork().transactional((em) => em.execute('select pg_terminate_backend(pg_backend_pid())'));
  for (let time = 0; time < 5; time++) await expect(cut()).rejects.toThrow(/terminat|connection/i);
  expect(await database.em.fork().execute('select 1 as one')).toEqual([{ one: 1 }]);
  await database.close(true);
});

test('answers that never come, to more callers than the pool has connections, are given up and leave it whole', async () => {
  const database = await openDatabase({
    url: created.url,
    entities: [Audit],
    migrations: [],
    applicationName: 'test',
    maxConnections: 2,
    patienceMs: 1_500,
  });
  const hang = (): Promise<unknown> => database.em.fork().transactional((em) => em.execute('select pg_sleep(600)'));
  for (let time = 0; time < 3; time++) {
    await expect(hang()).rejects.toThrow(/timeout/);
    await expect(database.em.fork().execute('select pg_sleep(600)')).rejects.toThrow(/timeout/);
  }
  expect(await database.em.fork().execute('select 1 as one')).toEqual([{ one: 1 }]);
  const abandoned = (): Promise<unknown[]> =>
    database.em
      .fork()
      .execute(`select pid from pg_stat_activity where query like '%pg_sleep(600)' and state = 'active'`);
  while ((await abandoned()).length > 0) await delay(50); // the server ends them too
  await database.close(true);
});
