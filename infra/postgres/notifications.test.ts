import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { createTestDatabase, type TestDatabase } from '../../test/postgres.ts';
import { within } from '../../test/slowness.ts';
import { openSwitchablePort, type SwitchablePort } from '../../test/switchable-port.ts';
import { listenForNotifications, type NotificationListener } from './notifications.ts';

let database: TestDatabase;
let observer: pg.Client;
let door: SwitchablePort;
let url: string;
beforeAll(async () => {
  database = await createTestDatabase();
  observer = new pg.Client(database.url);
  await observer.connect();
  door = await openSwitchablePort(database);
  const address = new URL(database.url);
  address.port = String(door.port);
  url = address.href;
});
afterAll(async () => {
  await door.down();
  await observer.end();
  await database.drop();
});

/** Resolves when it listens. */
async function listening(at = url): Promise<NotificationListener> {
  const connected = Promise.withResolvers<void>();
  const options = { url: at, channels: ['one', 'another'], onNotification: () => undefined };
  const listener = listenForNotifications({ ...options, onConnected: connected.resolve });
  await connected.promise;
  return listener;
}
/** A process that is frozen must go on, whatever comes of it: so this never waits for ever. */
async function expectEnd(listener: NotificationListener): Promise<void> {
  const ended = listener.close().then(() => 'ended');
  expect(await Promise.race([ended, delay(within(2_000, { otherwiseMs: 5_000 }), 'goes on')])).toBe('ended');
}
/** Of the server's processes that are listened to. */
async function listenedTo(): Promise<readonly number[]> {
  const ours = "datname = current_database() and application_name = 'slipway-listen'";
  const { rows } = await observer.query<{ pid: number }>(`select pid from pg_stat_activity where ${ours}`);
  return rows.map(({ pid }) => pid);
}

test('it hangs up when it ends', async () => {
  const listener = await listening();
  expect(await listenedTo()).toHaveLength(1);
  await expectEnd(listener);
  while ((await listenedTo()).length > 0) await delay(20);
});

test('it ends though the process that it listens to is frozen', async () => {
  const listener = await listening(database.url); // the door would hang up in its place
  const [pid] = await listenedTo();
  process.kill(pid!, 'SIGSTOP');
  try {
    await expectEnd(listener);
  } finally {
    process.kill(pid!, 'SIGCONT');
  }
});

test('it ends though nothing that it says arrives any more', async () => {
  const listener = await listening();
  door.silence();
  await expectEnd(listener);
  await door.up();
});

test('it ends while it waits for the first word of the database', async () => {
  door.silence();
  const listener = listenForNotifications({ url, channels: ['one'], onNotification: () => undefined });
  await expectEnd(listener);
  await door.up();
});
