import { readdirSync, readFileSync } from 'node:fs';
import { identify, signalProcess } from '../../../agent/process-identity.ts';
import type { ProcessIdentity } from '../../../domain/host/service-state.ts';
import { findVictim } from '../run/victims.ts';
import type { Victim } from '../scenario/fault.ts';
import type { RunningStack } from '../stack/running-stack.ts';

/** False when there is none to signal: it was killed a moment ago, and is not back. */
export function signalVictim(stack: RunningStack, victim: Victim, signal: 'SIGKILL' | 'SIGTERM'): boolean {
  const identity = findVictim(stack, victim);
  if (identity === null) return false;
  signalProcess(identity, signal);
  return true;
}

/** Stops a program without ending it: its sockets stay open and answer nothing. Answers how it goes on; `null`: not there. */
export function freezeVictim(stack: RunningStack, victim: Victim): (() => void) | null {
  const identity = findVictim(stack, victim);
  if (identity === null) return null;
  // Postgres serves by its children.
  const frozen = victim === 'postgres' ? [identity, ...childrenOf(identity)] : [identity];
  for (const each of frozen) signalProcess(each, 'SIGSTOP');
  return () => {
    for (const each of frozen.toReversed()) signalProcess(each, 'SIGCONT');
  };
}

const childrenOf = ({ pid }: ProcessIdentity): ProcessIdentity[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && parentOf(name) === pid)
    .flatMap((name) => identify(Number(name)) ?? []);

function parentOf(pid: string): number | null {
  try {
    // pid (command) state ppid …; a command may itself contain parentheses and spaces.
    return Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ')[1]);
  } catch {
    return null; // ended while we looked
  }
}
