import { statSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { ProgramStartError } from './program-start-error.ts';
import { textAfter } from './readiness.ts';
import { expectEnd, openRun, startRun, stopRun, type Run } from './supervised-run.ts';
import type { SupervisionOptions } from './supervision-options.ts';
import { untilItServesFirst } from './until-it-serves.ts';

export interface SupervisedProcess {
  readonly name: string;
  /** Of the current run; `null` between two runs. */
  pid(): number | null;
  /** Runs after the first. */
  restarts(): number;
  /** From now on its end is no fault: it isn't started again. */
  expectEnd(): void;
  /** Ends it for good; resolves when it is gone. */
  stop(): Promise<void>;
}

/** Of its log, in a failure: errors carry long stacks. */
const lastChars = 20_000;

/**
 * Starts a process, waits until it is ready, and starts it again whenever it ends.
 * @throws ProgramStartError; the reason of `stop`
 */
export async function superviseProcess(options: SupervisionOptions): Promise<SupervisedProcess> {
  const run = openRun(options);
  const logged = statSync(options.logFile, { throwIfNoEntry: false })?.size ?? 0;
  try {
    await startUntilReady(options, run);
    run.settled = true;
  } catch (error) {
    await stopRun(options, run);
    throw new ProgramStartError(
      options,
      (error as Error).message,
      textAfter(options.logFile, logged).slice(-lastChars).trim(),
    );
  }
  return supervised(options, run);
}

/**
 * The same for what others don't depend on: nobody waits until it is ready, and a start that fails is repeated like any
 * other run that ends. @throws the reason of `stop`
 */
export function superviseUnawaited(options: SupervisionOptions): SupervisedProcess {
  const run = openRun(options);
  run.settled = true;
  // One that ends before it serves is told of by its end; one that lives on may still come to it.
  untilItServesFirst(options, startRun(options, run)).catch(() => undefined);
  return supervised(options, run);
}

const supervised = (options: SupervisionOptions, run: Run): SupervisedProcess => ({
  name: options.name,
  pid: () => run.child?.pid ?? null,
  restarts: () => run.restarts,
  expectEnd: () => expectEnd(run),
  stop: () => stopRun(options, run),
});

/** What a start may run into, right after a kill -9: port, memory or pid of the killed process are held for a moment. */
const heldByKilledProcess =
  /address already in use|EADDRINUSE|pre-existing shared memory block|lock file "postmaster.pid" already exists|could not bind/;
const heldForMs = 10_000;

async function startUntilReady(options: SupervisionOptions, run: Run): Promise<void> {
  const deadline = performance.now() + heldForMs;
  for (;;) {
    const started = startRun(options, run);
    const { logStart, ended } = started;
    try {
      return await untilItServesFirst(options, started);
    } catch (error) {
      const held = ended.aborted && heldByKilledProcess.test(textAfter(options.logFile, logStart));
      if (!held || performance.now() > deadline) throw error;
      await delay(100);
      options.stop?.throwIfAborted();
    }
  }
}
