import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, statSync } from 'node:fs';
import path from 'node:path';
import type { SupervisionOptions } from './supervision-options.ts';
import { meanwhileOf, untilItServes, type Started } from './until-it-serves.ts';

const stopGraceMs = 10_000;
/** A process that keeps ending is started again ever more slowly, so that its log stays readable. */
const restartDelaysMs = [50, 250, 1_000, 2_000, 5_000] as const;
/** After this long a process counts as having started well. */
const settledAfterMs = 10_000;

/** A process, and those that follow it when it ends. */
export interface Run {
  /** False until it was ready once, if that is awaited: until then its end is the start's failure, not to be repaired. */
  settled: boolean;
  child: ChildProcess | null;
  stopping: boolean;
  restarts: number;
  quickEnds: number;
  timer: NodeJS.Timeout | null;
}

/** Of one that is not started yet. @throws the reason of `stop` */
export function openRun({ stop, logFile }: SupervisionOptions): Run {
  stop?.throwIfAborted();
  mkdirSync(path.dirname(logFile), { recursive: true });
  return { settled: false, child: null, stopping: false, restarts: 0, quickEnds: 0, timer: null };
}

/** Begins a process; one that ends unexpectedly is started again, once it is `settled`. */
export function startRun(options: SupervisionOptions, run: Run): Started {
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

export function expectEnd(run: Run): void {
  run.stopping = true;
  if (run.timer !== null) clearTimeout(run.timer);
}

export async function stopRun(options: SupervisionOptions, run: Run): Promise<void> {
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
