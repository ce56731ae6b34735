/** `node test/servers/main.ts <folder>`: owns the servers of a test run; all it makes is in the folder. */
import { chmod, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import type { RunningServer } from '../../infra/local/child-server.ts';
import { freePort } from '../../infra/local/free-port.ts';
import { startPostgres } from '../../infra/local/postgres-server.ts';
import { startTemporal } from '../../infra/local/temporal-server.ts';
import { slipwaySearchAttributes } from '../../infra/temporal/search-attributes.ts';
import { findTemporalCli } from '../../infra/local/tools/find-tool.ts';
import { findPostgresBinaries } from '../../infra/local/tools/postgres-binaries.ts';
import { databaseAccount } from '../../infra/local/unprivileged-account.ts';
import type { Answer } from './ask.ts';
import { postgresPassword } from './postgres-password.ts';

type Server = RunningServer & { readonly port: number };

const folder = process.argv[2]!;

async function postgres(): Promise<Server> {
  const binaries = findPostgresBinaries();
  const dataDir = path.join(folder, 'postgres');
  await chmod(folder, 0o755); // the database's account must get through
  const account = await databaseAccount([binaries.postgres, dataDir]);
  const port = await freePort();
  return startPostgres({
    binaries,
    dataDir,
    port,
    password: postgresPassword,
    durable: false,
    maxConnections: 300,
    account,
  });
}

async function temporal(): Promise<Server> {
  const cli = await findTemporalCli();
  const port = await freePort();
  return startTemporal({ cli, port, namespace: 'default', searchAttributes: slipwaySearchAttributes });
}

const starters = { postgres, temporal };
const started = new Map<string, Promise<Server>>();

async function answerTo(name: string): Promise<Answer> {
  if (name !== 'postgres' && name !== 'temporal') return { error: `no server is called ${name}` };
  const server = started.get(name) ?? starters[name]();
  started.set(name, server);
  return server.then(
    ({ port }) => ({ port }),
    (error: unknown) => ({ error: String(error) }),
  );
}

async function stopAll(): Promise<void> {
  await Promise.allSettled([...started.values()].map(async (server) => (await server).stop()));
  await rm(folder, { recursive: true, force: true });
  process.exit();
}

const listener = createServer({ allowHalfOpen: true }, (connection) => {
  connection.on('error', () => undefined); // a test that was stopped while it waited
  void text(connection).then(async (name) => connection.end(JSON.stringify(await answerTo(name))));
});
listener.listen(path.join(folder, 'socket'), () => process.stdout.write('listening\n'));

process.stdin.resume().once('close', () => void stopAll());
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => void stopAll());
