import type { ChildProcess } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { atOnceMs } from '../../test/patience.ts';
import { readProcess } from '../process-identity.ts';

/** Acts while no thread of the child runs; where it has ended, at once. @throws when it runs on */
export function whileItStandsStill({ pid, exitCode, signalCode }: ChildProcess, act: () => void): void {
  if (exitCode !== null || signalCode !== null) return act();
  process.kill(pid!, 'SIGSTOP');
  try {
    awaitStandstill(pid!);
    act();
  } finally {
    process.kill(pid!, 'SIGCONT');
  }
}

/** Stopped (T, t), or ended (Z, X): a signal reaches each thread when it has a processor. */
function awaitStandstill(pid: number): void {
  const deadline = Date.now() + atOnceMs;
  const states = () => readdirSync(`/proc/${pid}/task`).map((thread) => readProcess(Number(thread))?.state ?? 'X');
  while (!states().every((state) => 'TtZX'.includes(state)))
    if (Date.now() > deadline) throw new Error(`process ${pid} does not stand still: ${states().join('')}`);
}
