import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import pg from 'pg';
import { patienceMs } from '../../test/patience.ts';
import type { RunningServer } from './child-server.ts';
import { ServerStartError } from './child-server.ts';
import { freePort } from './free-port.ts';
import type { PostgresServerOptions } from './postgres-server.ts';
import { postgresUser, startPostgres, untilPostgresAccepts } from './postgres-server.ts';
import { findPostgresBinaries } from './tools/postgres-binaries.ts';
import { databaseAccount } from './unprivileged-account.ts';

let scratch: string;
let running: RunningServer[];
beforeEach(async () => {
  // Closed to others, as a checkout in root's home is: for root, the database must get through all the same.
  scratch = await mkdtemp(path.join(tmpdir(), 'slipway-postgres-'));
  running = [];
});
afterEach(async () => {
  await Promise.all(running.map((server) => server.stop()));
  await rm(scratch, { recursive: true, force: true });
});

async function options(overrides: Partial<PostgresServerOptions> = {}): Promise<PostgresServerOptions> {
  const binaries = findPostgresBinaries();
  const dataDir = path.join(scratch, 'data');
  const account = await databaseAccount([binaries.postgres, dataDir]);
  const port = await freePort();
  return { binaries, dataDir, account, port, password: 'secret', durable: true, maxConnections: 20, ...overrides };
}

async function start(settings: PostgresServerOptions): Promise<RunningServer> {
  const server = await startPostgres(settings);
  running.push(server);
  return server;
}

async function query({ port, password }: PostgresServerOptions, sql: string): Promise<readonly unknown[]> {
  const client = new pg.Client({ host: '127.0.0.1', port, user: postgresUser, password, database: 'postgres' });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

test('what was committed is there after kill -9 and a second start', async () => {
  const settings = await options();
  const server = await start(settings);
  await query(settings, 'CREATE TABLE planet AS SELECT 3 AS position');
  process.kill(server.pid, 'SIGKILL');
  await server.stop();
  const again = { ...settings, port: await freePort() };
  await start(again);
  expect(await query(again, 'SELECT position FROM planet')).toEqual([{ position: 3 }]);
});

test('a stopped server has ended, with its process', async () => {
  const server = await start(await options());
  expect(isAlive(server.pid)).toBe(true);
  await server.stop();
  expect(isAlive(server.pid)).toBe(false);
});

test('a wrong password is refused', async () => {
  const settings = await options();
  await start(settings);
  await expect(query({ ...settings, password: 'guess' }, 'SELECT 1')).rejects.toThrow('password authentication failed');
});

test('a server keeps its promises about crashes unless told not to', async () => {
  const durable = await options();
  await start(durable);
  expect(await query(durable, 'SHOW fsync')).toEqual([{ fsync: 'on' }]);
  const fast = await options({ durable: false, dataDir: path.join(scratch, 'fast') });
  await start(fast);
  expect(await query(fast, 'SHOW fsync')).toEqual([{ fsync: 'off' }]);
});

test('a taken port is said in the server’s own words', async () => {
  const squatter = createServer((connection) => connection.destroy()).listen(0, '127.0.0.1');
  await once(squatter, 'listening');
  const { port } = squatter.address() as { readonly port: number };
  const failed = await startPostgres(await options({ port })).catch((error: unknown) => error);
  squatter.close();
  expect(failed).toBeInstanceOf(ServerStartError);
  expect((failed as Error).message).toContain('Address already in use');
});

test('when it has ended it is told by its end, whatever another Postgres on its port says', async () => {
  const other = await options();
  await start(other);
  const ended = new AbortController();
  const own = { port: other.port, password: 'of the one that could not bind' };
  const waiting = untilPostgresAccepts(own, { timeoutMs: patienceMs, signal: ended.signal });
  // The other one is asked, and refuses, before the end is known.
  await expect(query({ ...other, ...own }, 'SELECT 1')).rejects.toThrow('password authentication failed');
  ended.abort(new Error('ended with code 1'));
  await expect(waiting).rejects.toThrow('ended with code 1');
});
