import path from 'node:path';
import { startControlVersions, type ControlVersions } from './control-versions.ts';
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
import { asStep, type OnStep, type SetUpStepName } from './set-up-step.ts';
import { superviseProcess, superviseUnawaited, type SupervisedProcess } from './supervised-process.ts';
import type { SupervisionOptions } from './supervision-options.ts';
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
export async function startStack(shape: StackShape, supervision: Supervision, onStep: OnStep): Promise<Stack> {
  const processes: SupervisedProcess[] = [];
  let versions: ControlVersions | null = null;
  const stop = async (): Promise<void> => {
    await versions?.stopLooking();
    await stopAll(processes);
  };
  const started: Started = async (...starting) => {
    const settled = await Promise.allSettled(starting);
    processes.push(...settled.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : [])));
    for (const each of settled) if (each.status === 'rejected') throw each.reason;
    supervision.stop?.throwIfAborted();
  };
  try {
    const { addresses, secrets } = shape;
    const cli = await asStep(onStep, 'tools', findTemporalCli);
    await started(
      asStep(onStep, 'Postgres', () => startStackPostgres(supervision, addresses.postgres, secrets)),
      asStep(onStep, 'Temporal', () => startStackTemporal(supervision, cli, addresses)),
    );
    const installation = await prepareInstallation(shape, onStep);
    await startPrograms(controlPrograms(shape), { supervision, onStep, started });
    versions = await startControlVersions(shape, (program, meanwhile) =>
      superviseUnawaited({ ...supervisionOf(program, supervision), meanwhile }),
    );
    processes.push(...versions.workers);
    await startPrograms(agentPrograms(shape), { supervision, onStep, started });
    return { shape, installation, processes, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Resolves when all that were being started have, and remembers them. */
type Started = (...starting: readonly Promise<SupervisedProcess>[]) => Promise<void>;

interface Starting {
  readonly supervision: Supervision;
  readonly onStep: OnStep;
  readonly started: Started;
}

async function startPrograms(programs: readonly Program[], { supervision, onStep, started }: Starting): Promise<void> {
  const done = new Map<SetUpStepName, number>();
  const tell = (name: SetUpStepName, more: number): void => {
    const sofar = (done.get(name) ?? 0) + more;
    done.set(name, sofar);
    onStep({ name, done: sofar, of: programs.filter((each) => kindOf(each) === name).length });
  };
  for (const name of new Set(programs.map(kindOf))) tell(name, 0);
  for (const wave of inWaves(programs))
    await started(
      ...wave.map(async (program) => {
        const process = await startProgram(program, supervision);
        tell(kindOf(program), 1);
        return process;
      }),
    );
}

const kinds: Readonly<Record<string, SetUpStepName>> = {
  'api/control/main.ts': 'api',
  'workers/control.ts': 'control worker',
  'workers/build.ts': 'build worker',
  'workers/region.ts': 'region workers',
  'api/gateway/main.ts': 'gateways',
  'agent/main.ts': 'agents',
};

function kindOf({ name, entry }: Program): SetUpStepName {
  const kind = kinds[entry];
  if (kind === undefined) throw new Error(`${name} begins with ${entry}, which is of no kind that is known`);
  return kind;
}

/** One of each kind first: the others load what it compiled, which costs less time and memory. */
function inWaves(programs: readonly Program[]): readonly (readonly Program[])[] {
  const firsts = programs.filter(({ entry }, index) => programs.findIndex((each) => each.entry === entry) === index);
  return [firsts, programs.filter((program) => !firsts.includes(program))];
}

const startProgram = (program: Program, supervision: Supervision): Promise<SupervisedProcess> =>
  superviseProcess(supervisionOf(program, supervision));

function supervisionOf(program: Program, supervision: Supervision): SupervisionOptions {
  const { name, command, readyUrl } = supervision.adjust?.(program) ?? program;
  const logFile = path.join(supervision.data.logs, `${name}.log`);
  return {
    ...supervision,
    name,
    command,
    logFile,
    // Its own word first: who answers at the URL may be another program that took the port a moment before.
    ready: async (logStart, ended) => {
      await untilLoggedReady(logFile, logStart, ended);
      if (readyUrl !== null) await untilHttpReady(readyUrl, ended);
    },
  };
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
