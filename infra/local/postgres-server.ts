import { execFile } from 'node:child_process';
import { chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import type { RunningServer, ServerCommand } from './child-server.ts';
import { startServerDespite, untilReady } from './child-server.ts';
import { filledOnce } from './filled-once.ts';
import type { PostgresBinaries } from './tools/postgres-binaries.ts';
import type { Account } from './unprivileged-account.ts';
import { underAccount } from './unprivileged-account.ts';

const run = promisify(execFile);

/** The superuser of an embedded Postgres. */
export const postgresUser = 'slipway';

export interface PostgresServerOptions {
  readonly binaries: PostgresBinaries;
  /** Made by `initialisePostgres`; must not exist before. */
  readonly dataDir: string;
  /** On 127.0.0.1 only; there is no unix socket. */
  readonly port: number;
  readonly password: string;
  /** False gives up every promise about crashes for speed: for tests. */
  readonly durable: boolean;
  readonly maxConnections: number;
  /** What `databaseAccount` answered for the binaries and the data folder. */
  readonly account: Account | undefined;
}

const env = { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };

/** The server as a command: Postgres itself, not pg_ctl, so that whoever spawns it owns its pid. */
export function postgresCommand(options: PostgresServerOptions): ServerCommand {
  const { binaries, dataDir, port, durable, maxConnections, account } = options;
  const settings = {
    port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: maxConnections,
    timezone: 'UTC',
    log_timezone: 'UTC',
    ...(durable ? {} : { fsync: 'off', full_page_writes: 'off', synchronous_commit: 'off' }),
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  return underAccount(
    {
      title: 'Postgres',
      file: binaries.postgres,
      args: ['-D', dataDir, ...flags],
      env,
      cwd: dataDir,
      stopSignal: 'SIGINT', // "fast shutdown": breaks connections, then checkpoints
    },
    account,
  );
}

/** Makes the data folder unless it is there, once and whole. Throws with initdb's output. */
export async function initialisePostgres(options: PostgresServerOptions): Promise<void> {
  await filledOnce(options.dataDir, async (staging) => {
    const secrets = await mkdtemp(path.join(os.tmpdir(), 'slipway-initdb-'));
    try {
      const passwordFile = path.join(secrets, 'password');
      await writeFile(passwordFile, `${options.password}\n`, { mode: 0o600 });
      if (options.account !== undefined) {
        const { uid, gid } = options.account;
        await Promise.all([secrets, passwordFile, staging].map((each) => chown(each, uid, gid)));
      }
      const {
        file,
        args,
        title: _title,
        stopSignal: _stopSignal,
        ...rest
      } = initdbCommand(options, staging, passwordFile);
      await run(file, args, rest);
    } finally {
      await rm(secrets, { recursive: true, force: true });
    }
  });
}

/** The character set and order don't depend on the machine's locales: Postgres' own C.UTF-8. */
function initdbCommand(options: PostgresServerOptions, dataDir: string, passwordFile: string): ServerCommand {
  const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
  const access = ['--auth=scram-sha-256', `--username=${postgresUser}`, `--pwfile=${passwordFile}`];
  const args = ['--pgdata', dataDir, ...locale, ...access, ...(options.durable ? [] : ['--no-sync'])];
  return underAccount(
    { title: 'initdb', file: options.binaries.initdb, args, env, cwd: '/', stopSignal: 'SIGTERM' },
    options.account,
  );
}

/** Resolves when the server answers a connection; rejects as `untilReady` does. */
export async function untilPostgresAccepts(
  { port, password }: Pick<PostgresServerOptions, 'port' | 'password'>,
  wait: { readonly timeoutMs: number; readonly signal?: AbortSignal },
): Promise<void> {
  await untilReady(async () => {
    const account = { user: postgresUser, password, database: 'postgres' };
    const client = new pg.Client({ host: '127.0.0.1', port, ...account, connectionTimeoutMillis: 1_000 });
    client.on('error', () => undefined); // a server that goes away again is seen by the next attempt
    await client.connect();
    await client.end();
  }, wait);
}

/** What Postgres says while processes of a server killed before it still hold the data folder; they end by themselves. */
export const stillHeldByKilledServer = 'pre-existing shared memory block';

/** Makes the data folder if needed, starts Postgres as a child and waits until it accepts connections. */
export async function startPostgres(
  options: PostgresServerOptions,
): Promise<RunningServer & { readonly port: number }> {
  await initialisePostgres(options);
  const ready = (signal: AbortSignal): Promise<void> => untilPostgresAccepts(options, { timeoutMs: 60_000, signal });
  const server = await startServerDespite(stillHeldByKilledServer, postgresCommand(options), ready);
  return { ...server, port: options.port };
}
