import { readFile } from 'node:fs/promises';
import { Client, Connection } from '@temporalio/client';
import { createApiClient, type ApiClient } from '../../cli/api-client.ts';
import {
  apiUrl,
  centralDatabase,
  databaseUrl,
  personTokenFile,
  temporalNamespace,
  type StackShape,
} from '../../infra/local/programs.ts';
import type { Supervision } from '../../infra/local/servers.ts';
import type { SupervisedProcess } from '../../infra/local/supervised-process.ts';
import { startTemporaryStack, type TemporaryStack } from '../../infra/local/temporary-stack.ts';
import { connectCentral } from '../../infra/postgres/central/database.ts';
import type { Database } from '../../infra/postgres/connect.ts';

export interface BenchStackOptions {
  readonly regions: number;
  /** Real ones, in each region. */
  readonly hosts: number;
  readonly say: (line: string) => void;
}

/** A temporary stack and ways to look into it, to add to it and to replace its servers. */
export interface BenchStack {
  readonly shape: StackShape;
  readonly supervision: Supervision;
  readonly api: string;
  readonly central: Database;
  readonly temporal: Client;
  /** `mo` approves, and adds services. */
  readonly releaseOwner: ApiClient;
  process(name: string): SupervisedProcess;
  processes(): readonly SupervisedProcess[];
  /** A process beside the stack's own: it ends before they do. */
  adopt(process: SupervisedProcess): void;
  /** A server that was started in place of one that was ended: it ends after everything that needs it. */
  replaceServer(process: SupervisedProcess): void;
  /** As the temporary stack's. */
  close(options: { readonly keep: boolean }): Promise<void>;
}

export async function startBenchStack(options: BenchStackOptions): Promise<BenchStack> {
  const temporary = await startTemporaryStack({ purpose: 'bench', ...options });
  try {
    return await benchStack(temporary);
  } catch (error) {
    await temporary.close({ keep: false });
    throw error;
  }
}

async function benchStack({ shape, supervision, stack, close }: TemporaryStack): Promise<BenchStack> {
  const looks = await lookInto(shape);
  const adopted: SupervisedProcess[] = [];
  const servers: SupervisedProcess[] = [];
  return {
    ...looks,
    shape,
    supervision,
    api: apiUrl(shape),
    processes: () => [...stack.processes, ...adopted, ...servers],
    process: (name) => found(stack.processes, name),
    adopt: (process) => void adopted.push(process),
    replaceServer: (process) => void servers.push(process),
    async close(options) {
      await Promise.all([looks.central.close(true), looks.temporal.connection.close()]);
      await stopAll(adopted);
      await stack.stop();
      await stopAll(servers);
      await close(options);
    },
  };
}

async function lookInto(shape: StackShape): Promise<Pick<BenchStack, 'central' | 'temporal' | 'releaseOwner'>> {
  const url = databaseUrl(shape, centralDatabase);
  const connection = await Connection.connect({ address: `127.0.0.1:${shape.addresses.temporal}` });
  const token = (await readFile(personTokenFile(shape, 'mo'), 'utf8')).trim();
  return {
    central: await connectCentral({ url, applicationName: 'slipway-bench', maxConnections: 4 }),
    temporal: new Client({ connection, namespace: temporalNamespace(shape.data) }),
    releaseOwner: createApiClient(apiUrl(shape), token),
  };
}

const stopAll = (processes: readonly SupervisedProcess[]): Promise<unknown> =>
  Promise.all(processes.map((process) => process.stop()));

function found(processes: readonly SupervisedProcess[], name: string): SupervisedProcess {
  const process = processes.find((each) => each.name === name);
  if (process === undefined) throw new Error(`the stack has no ${name}`);
  return process;
}
