import { signalProcess } from '../../agent/process-identity.ts';
import { findVictim } from '../crash/run/victims.ts';
import type { Victim } from '../crash/scenario/scenario.ts';
import type { RunningStack } from '../crash/stack/running-stack.ts';

/** Stops a program without ending it: its sockets stay open and answer nothing. Answers how it goes on. */
export function freeze(stack: RunningStack, program: Victim): () => void {
  const identity = findVictim(stack, program);
  if (identity === null) throw new Error(`there is no ${program}`);
  signalProcess(identity, 'SIGSTOP');
  return () => signalProcess(identity, 'SIGCONT');
}
