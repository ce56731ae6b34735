import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { identify, isAlive, signalProcess } from '../../../agent/process-identity.ts';
import type { ProcessIdentity } from '../../../domain/host/service-state.ts';
import { findVictim } from '../run/victims.ts';
import type { Victim } from '../scenario/fault.ts';
import type { RunningStack } from '../stack/running-stack.ts';

const lookEveryMs = 20;

/** False when there is none to kill: it was killed a moment ago, and is not back. */
export function killVictim(stack: RunningStack, victim: Victim): boolean {
  const identity = findVictim(stack, victim);
  if (identity === null) return false;
  signalProcess(identity, 'SIGKILL');
  return true;
}

/** How long a program may take to end when it is asked to; more than any of them gives itself. */
const endsWithinMs = 60_000;

/**
 * Asks a program to end, as an operator does who restarts it; the supervisor starts it again. Answers how to wait until it
 * has ended; `null`: not there.
 */
export function restartVictim(stack: RunningStack, victim: Victim): (() => Promise<void>) | null {
  const identity = findVictim(stack, victim);
  if (identity === null) return null;
  // Asked by SIGTERM, Postgres waits for clients that never leave and takes no new ones (its "smart" shutdown).
  signalProcess(identity, victim === 'postgres' ? 'SIGINT' : 'SIGTERM');
  return () => hasEnded(identity, victim);
}

async function hasEnded(identity: ProcessIdentity, victim: Victim): Promise<void> {
  const deadline = performance.now() + endsWithinMs;
  while (isAlive(identity)) {
    if (performance.now() > deadline) throw new Error(`${victim} was asked to end and has not`);
    await delay(lookEveryMs);
  }
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
