import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, statSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { ServerCommand } from './child-server.ts';
import { ServerStartError } from './child-server.ts';
import type { ProcessRegister } from './process-register.ts';
import { textAfter } from './readiness.ts';

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

export interface SupervisionOptions {
  readonly name: string;
  readonly command: ServerCommand;
  /** Receives standard output and error. A file, not a pipe: the process must outlive its supervisor unharmed. */
  readonly logFile: string;
  readonly register: ProcessRegister;
  /** Resolves when the process serves. Given the log's size at the start of the run, and a signal that it has ended. */
  readonly ready: (logStart: number, ended: AbortSignal) => Promise<void>;
  /** Told of each unexpected end, when it serves again, and once in each run that takes long to serve. */
  readonly onRestart: (restart: Restart) => void;
  /** What waits while it does not serve, for people: `deployments of an older version wait`. */
  readonly meanwhile?: string;
  /** What is long. Default: a minute. */
  readonly lateAfterMs?: number;
  /** Once it aborts nothing is started, and nothing that starts is waited for. */
  readonly stop?: AbortSignal;
}

/** A process that ended and is started again, or whose start takes long. */
export type Restart =
  | {
      readonly name: string;
      readonly phase: 'ended';
      /** `ended with SIGKILL` */
      readonly how: string;
      readonly againInMs: number;
      readonly logFile: string;
      readonly meanwhile?: string;
    }
  | {
      readonly name: string;
      readonly phase: 'late';
      readonly afterMs: number;
      readonly logFile: string;
      readonly meanwhile?: string;
    }
  /** `first`: it had not ended, its start took long. */
  | { readonly name: string; readonly phase: 'serves'; readonly afterMs: number; readonly first?: true };

/** A supervised process did not get ready. */
export class ProgramStartError extends ServerStartError {
  readonly program: string;
  readonly logFile: string;
  /** `ended with code 1` */
  readonly how: string;
  /** The end of what it has logged in this start; empty when that is nothing. */
  readonly lastLines: string;

  constructor({ name, logFile }: Pick<SupervisionOptions, 'name' | 'logFile'>, how: string, lastLines: string) {
    super(`${name} did not start: ${how}\n${lastLines}`);
    this.program = name;
    this.logFile = logFile;
    this.how = how;
    this.lastLines = lastLines;
  }
}

/** Of its log, in a failure: errors carry long stacks. */
const lastChars = 20_000;
const usuallyLateAfterMs = 60_000;
const stopGraceMs = 10_000;
/** A process that keeps ending is started again ever more slowly, so that its log stays readable. */
const restartDelaysMs = [50, 250, 1_000, 2_000, 5_000] as const;
/** After this long a process counts as having started well. */
const settledAfterMs = 10_000;

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

function openRun({ stop, logFile }: SupervisionOptions): Run {
  stop?.throwIfAborted();
  mkdirSync(path.dirname(logFile), { recursive: true });
  return { settled: false, child: null, stopping: false, restarts: 0, quickEnds: 0, timer: null };
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

interface Started {
  readonly logStart: number;
  readonly ended: AbortSignal;
}

async function untilItServes(options: SupervisionOptions, { logStart, ended }: Started): Promise<void> {
  const { name, logFile, onRestart, lateAfterMs: afterMs = usuallyLateAfterMs } = options;
  const tell = (): void => onRestart({ name, phase: 'late', afterMs, logFile, ...meanwhileOf(options) });
  const late = setTimeout(tell, afterMs);
  try {
    await options.ready(logStart, ended);
  } finally {
    clearTimeout(late);
  }
}

const meanwhileOf = ({ meanwhile }: SupervisionOptions) => (meanwhile === undefined ? {} : { meanwhile });

/** A first start is told of only when it was told that it takes long. */
async function untilItServesFirst(options: SupervisionOptions, started: Started): Promise<void> {
  const { name, onRestart } = options;
  const startedAt = performance.now();
  let isLate = false;
  const onLate = (restart: Restart): void => {
    isLate = true;
    onRestart(restart);
  };
  await untilItServes({ ...options, onRestart: onLate }, started);
  const afterMs = Math.round(performance.now() - startedAt);
  if (isLate) onRestart({ name, phase: 'serves', afterMs, first: true });
}

interface Run {
  /** False until it was ready once, if that is awaited: until then its end is the start's failure, not to be repaired. */
  settled: boolean;
  child: ChildProcess | null;
  stopping: boolean;
  restarts: number;
  quickEnds: number;
  timer: NodeJS.Timeout | null;
}

function startRun(options: SupervisionOptions, run: Run): Started {
  const { title: _title, stopSignal, file, args, ...spawnOptions } = options.command;
  const log = openSync(options.logFile, 'a');
  const logStart = statSync(options.logFile).size;
  const child = spawn(file, args, { ...spawnOptions, stdio: ['ignore', log, log] });
  closeSync(log);
  const startedAt = performance.now();
  const ended = new AbortController();
  const onEnd = (how: string): void => {
    ended.abort(new Error(how));
    if (run.child === child) run.child = null;
    if (run.settled && !run.stopping && !options.stop?.aborted)
      restartLater(options, run, how, performance.now() - startedAt);
  };
  child.once('error', (error) => onEnd(error.message));
  child.once('exit', (code, signal) => onEnd(`ended with ${signal ?? `code ${code}`}`));
  run.child = child;
  if (child.pid !== undefined) options.register.add(options.name, child.pid, stopSignal);
  return { logStart, ended: options.stop ? AbortSignal.any([ended.signal, options.stop]) : ended.signal };
}

function restartLater(options: SupervisionOptions, run: Run, how: string, ranMs: number): void {
  run.quickEnds = ranMs > settledAfterMs ? 0 : run.quickEnds + 1;
  const delayMs = restartDelaysMs[Math.min(run.quickEnds, restartDelaysMs.length - 1)]!;
  const { name, logFile, onRestart } = options;
  const endedAt = performance.now();
  onRestart({ name, phase: 'ended', how, againInMs: delayMs, logFile, ...meanwhileOf(options) });
  run.timer = setTimeout(() => {
    if (options.stop?.aborted) return;
    run.restarts += 1;
    const started = startRun(options, run);
    const serves = (): void => onRestart({ name, phase: 'serves', afterMs: Math.round(performance.now() - endedAt) });
    // One that ends before it serves is told of by its end.
    untilItServes(options, started).then(serves, () => undefined);
  }, delayMs);
}

function expectEnd(run: Run): void {
  run.stopping = true;
  if (run.timer !== null) clearTimeout(run.timer);
}

async function stopRun(options: SupervisionOptions, run: Run): Promise<void> {
  expectEnd(run);
  const child = run.child;
  if (child?.pid !== undefined && child.exitCode === null && child.signalCode === null) {
    child.kill(options.command.stopSignal);
    const force = setTimeout(() => child.kill('SIGKILL'), stopGraceMs);
    await once(child, 'exit');
    clearTimeout(force);
  }
  options.register.remove(options.name);
}
