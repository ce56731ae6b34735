import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { defineEntity, p } from '@mikro-orm/core';
import pg from 'pg';
import { untilReady } from '../local/child-server.ts';
import { createTestDatabase } from '../../test/postgres.ts';
import type { TestDatabase } from '../../test/postgres.ts';
import { openDatabase } from './connect.ts';
import type { Database } from './connect.ts';
import { listenForNotifications } from './notifications.ts';

const Probe = defineEntity({ name: 'Probe', properties: { id: p.integer().primary() } });

let server: TestDatabase;
let database: Database;
beforeAll(async () => {
  server = await createTestDatabase();
  database = await openDatabase({
    url: server.url,
    entities: [Probe],
    migrations: [],
    applicationName: 'connect-test',
  });
});
afterAll(async () => {
  await database.close(true);
  await server.drop();
});

async function administer(statement: string): Promise<void> {
  const client = new pg.Client(server.url);
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

const breakConnections = (applicationName: string) =>
  administer(`select pg_terminate_backend(pid) from pg_stat_activity where application_name = '${applicationName}'`);

test('a database that broke all connections is used again when it answers, and the process lives on', async () => {
  const query = () => database.em.fork().execute('select 1 as one');
  await Promise.all([query(), query(), query()]);
  await breakConnections('connect-test');
  await untilReady(async () => expect(await query()).toEqual([{ one: 1 }]), { timeoutMs: 10_000 });
});

test('a listener whose connection broke listens again, and says when it does', async () => {
  let connected = 0;
  const heard: string[] = [];
  const listener = listenForNotifications({
    url: server.url,
    channels: ['news'],
    onNotification: ({ payload }) => heard.push(payload),
    onConnected: () => void (connected += 1),
  });
  const eventually = (check: () => void) => untilReady(async () => check(), { timeoutMs: 10_000 });
  try {
    await eventually(() => expect(connected).toBe(1));
    await breakConnections('slipway-listen');
    await eventually(() => expect(connected).toBe(2));
    await administer(`select pg_notify('news', 'again')`);
    await eventually(() => expect(heard).toEqual(['again']));
  } finally {
    await listener.close();
  }
});
