import { readFileSync, readdirSync } from 'node:fs';
import type { ProcessIdentity } from '../domain/host/service-state.ts';
import { hasCode } from './durable-files.ts';

/** Of this boot of the machine; a pid of another one is nobody's. */
export const bootId = (): string => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();

export interface ProcessFacts {
  /** `Z`: it has ended, and its parent has not waited for it. */
  readonly state: string;
  readonly parent: number;
  /** Since boot, in ticks. */
  readonly startTime: string;
}

/** What the kernel says of the process with this pid, which may have ended; null where nobody has it. */
export function readProcess(pid: number): ProcessFacts | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // After the name in brackets, which may hold anything: state is field 3, the parent 4, start time 22 (man 5 proc).
    const { 0: state = '', 1: parent, 19: startTime } = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return startTime === undefined ? null : { state, parent: Number(parent), startTime };
  } catch {
    return null;
  }
}

/** Who has this pid now, or null. A zombie has ended. */
export function identify(pid: number): ProcessIdentity | null {
  const found = readProcess(pid);
  if (found === null || found.state === 'Z' || found.state === 'X') return null;
  return { pid, startTime: found.startTime, bootId: bootId() };
}

export function isAlive(known: ProcessIdentity): boolean {
  const now = identify(known.pid);
  return now !== null && now.startTime === known.startTime && now.bootId === known.bootId;
}

/** Signals the process, and never a stranger that has its pid now. `group`: all of its process group. */
export function signalProcess(known: ProcessIdentity, signal: NodeJS.Signals, group = false): void {
  if (!isAlive(known)) return;
  try {
    process.kill(group ? -known.pid : known.pid, signal);
  } catch (error) {
    if (!hasCode(error, 'ESRCH')) throw error;
  }
}

/** What marks a process as one of a host's: instances and all that they fork, or keepers. */
export type Mark = 'SLIPWAY_INSTANCE' | 'SLIPWAY_KEEPER';

/** Processes in whose environment the mark begins with `prefix`, whoever their parent is. */
export function findMarked(mark: Mark, prefix: string): ProcessIdentity[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => carriesMark(name, `${mark}=${prefix}`))
    .flatMap((name) => identify(Number(name)) ?? []);
}

function carriesMark(pid: string, beginning: string): boolean {
  try {
    const variables = readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0');
    return variables.some((variable) => variable.startsWith(beginning));
  } catch {
    // It has ended, or is another user's.
    return false;
  }
}
