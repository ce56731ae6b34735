import { freezeVictim } from '../crash/harm/signals.ts';
import type { Victim } from '../crash/scenario/fault.ts';
import type { RunningStack } from '../crash/stack/running-stack.ts';

/** Stops a program without ending it: its sockets stay open and answer nothing. Answers how it goes on. */
export function freeze(stack: RunningStack, program: Victim): () => void {
  const goOn = freezeVictim(stack, program);
  if (goOn === null) throw new Error(`there is no ${program}`);
  return goOn;
}
