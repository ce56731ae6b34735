import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { identify, isAlive, signalProcess } from '../../agent/process-identity.ts';
import type { ProcessIdentity } from '../../domain/host/service-state.ts';
import { AdvisedError } from './advised-error.ts';

export interface RegisteredProcess extends ProcessIdentity {
  readonly name: string;
  readonly stopSignal: NodeJS.Signals;
}

/** What this stack started, on disk before anything else happens: a killed supervisor leaves children behind. */
export interface ProcessRegister {
  add(name: string, pid: number, stopSignal: NodeJS.Signals): void;
  remove(name: string): void;
}

const supervisorName = 'supervisor';

/** Another `npm start` is using this data directory. */
export class AlreadyRunningError extends Error {
  readonly code = 'already-running';
  override readonly name = 'AlreadyRunningError';
}

/**
 * Takes the data directory for this process. What an earlier, killed start left running is ended first, newest first,
 * so that the databases go last. @throws AlreadyRunningError when that start still lives and `takeOver` is false.
 */
export async function openProcessRegister(file: string, takeOver: boolean): Promise<ProcessRegister> {
  await endEarlier(readRegister(file), takeOver);
  const registered = new Map<string, RegisteredProcess>();
  const save = (): void => writeRegister(file, [...registered.values()]);
  const add = (name: string, pid: number, stopSignal: NodeJS.Signals): void => {
    const identity = identify(pid);
    if (identity !== null) registered.set(name, { name, stopSignal, ...identity });
    save();
  };
  add(supervisorName, process.pid, 'SIGTERM');
  return { add, remove: (name) => void (registered.delete(name) && save()) };
}

async function endEarlier(earlier: readonly RegisteredProcess[], takeOver: boolean): Promise<void> {
  const supervisor = earlier.find(({ name }) => name === supervisorName);
  if (supervisor !== undefined && isAlive(supervisor)) {
    if (!takeOver)
      throw new AlreadyRunningError(`Slipway already runs with this data directory (pid ${supervisor.pid})`);
    await endProcess(supervisor, supervisor.stopSignal, 20_000);
  }
  for (const { stopSignal, ...known } of [...earlier].reverse()) await endProcess(known, stopSignal, 5_000);
}

/** Sends `signal`, then SIGKILL after `graceMs`; resolves when the process is gone. Never signals a stranger. */
async function endProcess(known: ProcessIdentity, signal: NodeJS.Signals, graceMs: number): Promise<void> {
  signalProcess(known, signal);
  const deadline = performance.now() + graceMs;
  while (isAlive(known)) {
    if (performance.now() > deadline) signalProcess(known, 'SIGKILL');
    await delay(20);
  }
}

/** What was written last; nothing when no stack ever ran here. */
export function readRegister(file: string): RegisteredProcess[] {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as RegisteredProcess[];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw new AdvisedError(`${file} can't be read (${(error as Error).message}); if no Slipway runs, delete it`);
  }
}

function writeRegister(file: string, rows: readonly RegisteredProcess[]): void {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(`${file}.tmp`, JSON.stringify(rows, null, 1));
  renameSync(`${file}.tmp`, file);
}
