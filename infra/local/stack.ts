import path from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { makeCurrent } from '../temporal/make-current.ts';
import { bundleBuildId } from '../temporal/worker-version.ts';
import {
  agentPrograms,
  apiUrl,
  controlPrograms,
  temporalNamespace,
  type Program,
  type StackShape,
} from './programs.ts';
import { untilHttpReady, untilLoggedReady } from './readiness.ts';
import type { Supervision } from './servers.ts';
import { startStackPostgres, startStackTemporal } from './servers.ts';
import { prepareInstallation, type Installation } from './prepare-installation.ts';
import { superviseProcess, type SupervisedProcess } from './supervised-process.ts';
import { findTemporalCli } from './tools/find-tool.ts';

export interface Stack {
  readonly shape: StackShape;
  readonly installation: Installation;
  /** In the order in which they were started. */
  readonly processes: readonly SupervisedProcess[];
  /** Ends agents first and databases last. Keepers and instances go on. */
  stop(): Promise<void>;
}

/**
 * Starts every process of an embedded Slipway and waits until all serve: servers, then what steers, then agents.
 * When one doesn't start, those that did are ended. @throws ServerStartError, ToolMissingError
 */
export async function startStack(
  shape: StackShape,
  supervision: Supervision,
  say: (line: string) => void,
): Promise<Stack> {
  const processes: SupervisedProcess[] = [];
  const stop = (): Promise<void> => stopAll(processes);
  const started = async (...starting: Promise<SupervisedProcess>[]): Promise<void> => {
    const settled = await Promise.allSettled(starting);
    processes.push(...settled.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : [])));
    for (const each of settled) if (each.status === 'rejected') throw each.reason;
  };
  try {
    say('starting Postgres and Temporal');
    const { addresses, secrets } = shape;
    await started(
      startStackPostgres(supervision, addresses.postgres, secrets),
      findTemporalCli().then((cli) => startStackTemporal(supervision, cli, addresses)),
    );
    say('preparing keys, databases and hosts');
    const installation = await prepareInstallation(shape);
    say(`starting Slipway for ${shape.regions.length} regions`);
    for (const wave of inWaves(controlPrograms(shape)))
      await started(...wave.map((program) => startProgram(program, supervision)));
    await makeControlCurrent(shape);
    say(`starting ${shape.regions.length * shape.hosts} hosts`);
    for (const wave of inWaves(agentPrograms(shape)))
      await started(...wave.map((program) => startProgram(program, supervision)));
    return { shape, installation, processes, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** One of each kind first: the others load what it compiled, which costs less time and memory. */
function inWaves(programs: readonly Program[]): readonly (readonly Program[])[] {
  const firsts = programs.filter(({ entry }, index) => programs.findIndex((each) => each.entry === entry) === index);
  return [firsts, programs.filter((program) => !firsts.includes(program))];
}

/** Temporal hands deployments only to the version of the control worker that was made the current one. */
async function makeControlCurrent({ addresses, data }: StackShape): Promise<void> {
  const connection = await Connection.connect({ address: `127.0.0.1:${addresses.temporal}` });
  try {
    await makeCurrent(
      new Client({ connection, namespace: temporalNamespace(data) }),
      await bundleBuildId(data.workflowBundle),
      30_000,
    );
  } finally {
    await connection.close();
  }
}

function startProgram({ name, command, readyUrl }: Program, supervision: Supervision): Promise<SupervisedProcess> {
  const logFile = path.join(supervision.data.logs, `${name}.log`);
  return superviseProcess({
    ...supervision,
    name,
    command,
    logFile,
    // Its own word first: who answers at the URL may be another program that took the port a moment before.
    ready: async (logStart, ended) => {
      await untilLoggedReady(logFile, logStart, ended);
      if (readyUrl !== null) await untilHttpReady(readyUrl, ended);
    },
  });
}

/** What depends on a server ends before it does, so that nobody logs the loss of a database that was to go. */
async function stopAll(processes: readonly SupervisedProcess[]): Promise<void> {
  const isServer = ({ name }: SupervisedProcess): boolean => name === 'postgres' || name === 'temporal';
  const ofKind = (wanted: (process: SupervisedProcess) => boolean): Promise<unknown> =>
    Promise.all(processes.filter(wanted).map((process) => process.stop()));
  // A terminal's Ctrl-C reaches all of them at once: none may be started again while others are being ended.
  for (const process of processes) process.expectEnd();
  await ofKind(({ name }) => name.startsWith('agent-'));
  await ofKind((process) => !isServer(process) && !process.name.startsWith('agent-'));
  await ofKind(({ name }) => name === 'temporal');
  await ofKind(({ name }) => name === 'postgres');
}

export const stackUrls = (shape: StackShape): { readonly api: string; readonly temporalUi: string } => ({
  api: apiUrl(shape),
  temporalUi: `http://127.0.0.1:${shape.addresses.temporalUi}/namespaces/${temporalNamespace(shape.data)}/workflows`,
});
