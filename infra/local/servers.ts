import { chmod, mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { DataDirectory } from './data-directory.ts';
import {
  initialisePostgres,
  postgresCommand,
  untilPostgresAccepts,
  type PostgresServerOptions,
} from './postgres-server.ts';
import { temporalNamespace, type Program } from './programs.ts';
import type { ProcessRegister } from './process-register.ts';
import { startTimeoutMs } from './readiness.ts';
import type { StackSecrets } from './stack-secrets.ts';
import { superviseProcess, type SupervisedProcess } from './supervised-process.ts';
import type { Restart } from './supervision-options.ts';
import { temporalCommand, untilTemporalServes, type TemporalServerOptions } from './temporal-server.ts';
import { slipwaySearchAttributes } from '../temporal/search-attributes.ts';
import { findPostgresBinaries } from './tools/postgres-binaries.ts';
import { databaseAccount } from './unprivileged-account.ts';

/** What every supervised process of a stack shares. */
export interface Supervision {
  readonly data: DataDirectory;
  readonly register: ProcessRegister;
  readonly onRestart: (restart: Restart) => void;
  /** Once it aborts nothing more is started, and what was is ended. */
  readonly stop?: AbortSignal;
  /** How one of Slipway's own programs is started instead, by who tests what becomes of it. */
  readonly adjust?: (program: Program) => Program;
}

/** Postgres with every promise about crashes kept: the embedded stack is there to be killed. */
export async function startStackPostgres(
  supervision: Supervision,
  port: number,
  secrets: StackSecrets,
): Promise<SupervisedProcess> {
  const { data } = supervision;
  const binaries = findPostgresBinaries();
  await mkdir(data.root, { recursive: true });
  await chmod(data.root, 0o755); // the database's account must get through; each secret closes itself
  const account = await databaseAccount([binaries.postgres, data.postgres]);
  const options: PostgresServerOptions = {
    binaries,
    dataDir: data.postgres,
    port,
    password: secrets.postgresPassword,
    durable: true,
    maxConnections: 300,
    account,
  };
  await initialisePostgres(options);
  return superviseProcess({
    ...supervision,
    name: 'postgres',
    logFile: path.join(data.logs, 'postgres.log'),
    command: postgresCommand(options),
    ready: (_, signal) => untilPostgresAccepts(options, { timeoutMs: startTimeoutMs, signal }),
  });
}

/** Temporal's development server, with its database in a file and its Web UI. */
export async function startStackTemporal(
  supervision: Supervision,
  cli: string,
  ports: { readonly temporal: number; readonly temporalUi: number },
): Promise<SupervisedProcess> {
  const { data } = supervision;
  await mkdir(path.dirname(data.temporalFile), { recursive: true });
  const options: TemporalServerOptions = {
    cli,
    port: ports.temporal,
    uiPort: ports.temporalUi,
    dbFile: data.temporalFile,
    namespace: temporalNamespace(data),
    searchAttributes: slipwaySearchAttributes,
  };
  return superviseProcess({
    ...supervision,
    name: 'temporal',
    logFile: path.join(data.logs, 'temporal.log'),
    command: temporalCommand(options),
    ready: (_, signal) => untilTemporalServes(options, { timeoutMs: startTimeoutMs, signal }),
  });
}
