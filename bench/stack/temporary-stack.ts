import { randomInt } from 'node:crypto';
import { chmod, mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { removeTree } from '../../agent/install/remove-tree.ts';
import { createApiClient, type ApiClient } from '../../cli/api-client.ts';
import { instancePortsPerHost, type Addresses } from '../../infra/local/addresses.ts';
import { chooseScratch } from '../../infra/local/choose-scratch.ts';
import { dataDirectory } from '../../infra/local/data-directory.ts';
import { freePort } from '../../infra/local/free-port.ts';
import { regionNames } from '../../infra/local/options.ts';
import { openProcessRegister } from '../../infra/local/process-register.ts';
import {
  apiUrl,
  centralDatabase,
  databaseUrl,
  personTokenFile,
  temporalNamespace,
  type StackShape,
} from '../../infra/local/programs.ts';
import type { Supervision } from '../../infra/local/servers.ts';
import { stopHosts } from '../../infra/local/stack-hosts.ts';
import { readOrMakeSecrets } from '../../infra/local/stack-secrets.ts';
import { startStack, type Stack } from '../../infra/local/stack.ts';
import type { SupervisedProcess } from '../../infra/local/supervised-process.ts';
import { connectCentral } from '../../infra/postgres/central/database.ts';
import type { Database } from '../../infra/postgres/connect.ts';

export interface TemporaryStackOptions {
  readonly regions: number;
  /** Real ones, in each region. */
  readonly hosts: number;
  readonly say: (line: string) => void;
}

/** An embedded stack of its own in a new temporary folder, and ways to look into it. */
export interface TemporaryStack {
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
  /** Ends every process, keepers and instances too, and removes the folder unless it is to be kept. */
  close(options: { readonly keep: boolean }): Promise<void>;
}

const projectRoot = path.resolve(import.meta.dirname, '../..');

export async function startTemporaryStack(options: TemporaryStackOptions): Promise<TemporaryStack> {
  const folder = await mkdtemp(path.join(tmpdir(), 'slipway-bench-'));
  await chmod(folder, 0o711); // builds and the database run as others, below it; secrets close themselves
  const shape = await shapeIn(path.join(folder, 'data'), options);
  const { data } = shape;
  const register = await openProcessRegister(data.processes, false);
  const supervision: Supervision = { data, register, onRestart: options.say };
  const remove = async (): Promise<void> => {
    await stopHosts(data);
    await removeTree(shape.scratch);
    await removeTree(folder);
  };
  try {
    const stack = await startStack(shape, supervision, options.say);
    return await temporaryStack(shape, supervision, stack, remove);
  } catch (error) {
    await remove();
    throw error;
  }
}

async function temporaryStack(
  shape: StackShape,
  supervision: Supervision,
  stack: Stack,
  remove: () => Promise<void>,
): Promise<TemporaryStack> {
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
    async close({ keep }) {
      await Promise.all([looks.central.close(true), looks.temporal.connection.close()]);
      await stopAll(adopted);
      await stack.stop();
      await stopAll(servers);
      if (!keep) return remove();
      await stopHosts(shape.data);
      process.stdout.write(`kept: ${shape.data.root}\n`);
    },
  };
}

async function shapeIn(root: string, { regions, hosts }: TemporaryStackOptions): Promise<StackShape> {
  const data = dataDirectory(root);
  return {
    projectRoot,
    data,
    addresses: await ownAddresses(regions, hosts),
    secrets: readOrMakeSecrets(data.secrets),
    regions: regionNames.slice(0, regions),
    hosts,
    scratch: await chooseScratch(data.root),
  };
}

/** None of the usual ports: an `npm start` on this machine has those, and another run of this may start just now. */
async function ownAddresses(regions: number, hosts: number): Promise<Addresses> {
  const gateways = await Promise.all(Array.from({ length: regions }, () => freePort()));
  return {
    postgres: await freePort(),
    temporal: await freePort(),
    temporalUi: await freePort(),
    api: await freePort(),
    gateways,
    firstInstance: randomInt(10_000, 32_768 - regions * hosts * instancePortsPerHost),
  };
}

async function lookInto(shape: StackShape): Promise<Pick<TemporaryStack, 'central' | 'temporal' | 'releaseOwner'>> {
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
