import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePort } from '../../infra/local/free-port.ts';
import { postgresUser, startPostgres } from '../../infra/local/postgres-server.ts';
import { findPostgresBinaries } from '../../infra/local/tools/postgres-binaries.ts';
import { databaseAccount } from '../../infra/local/unprivileged-account.ts';
import type { Database } from '../../infra/postgres/connect.ts';
import { connectRegionDatabase } from '../../infra/postgres/region/region-database.ts';

/** On the loopback interface, for as long as the benchmark runs. */
const password = 'bench-only';

/** An empty database of a region on a server that nobody else writes to: all of its log is the region's. */
export async function onOwnRegion<Result>(measure: (database: Database) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(path.join(tmpdir(), 'slipway-bench-reports-'));
  await chmod(folder, 0o755); // the database's account must get through
  try {
    const binaries = findPostgresBinaries();
    const dataDir = path.join(folder, 'postgres');
    const account = await databaseAccount([binaries.postgres, dataDir]);
    const port = await freePort();
    const server = await startPostgres({
      binaries,
      dataDir,
      port,
      password,
      durable: true,
      maxConnections: 20,
      account,
    });
    try {
      const url = `postgresql://${postgresUser}:${password}@127.0.0.1:${port}/postgres`;
      return await onDatabase(url, measure);
    } finally {
      await server.stop();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** On one connection, whose figures are flushed when it asks for them. */
async function onDatabase<Result>(url: string, measure: (database: Database) => Promise<Result>): Promise<Result> {
  const database = await connectRegionDatabase({ url, applicationName: 'slipway-bench', maxConnections: 1 });
  try {
    return await measure(database);
  } finally {
    await database.close(true);
  }
}
