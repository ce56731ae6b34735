import { renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { stopSignal } from '../../infra/stop-signal.ts';
import type { BenchStack, BenchStackOptions } from '../stack/bench-stack.ts';
import { startBenchStack } from '../stack/bench-stack.ts';
import { thisMachine } from './machine.ts';

/** What every benchmark is given. */
export interface Bench {
  /** Aborts when the run is to end early. */
  readonly signal: AbortSignal;
  say(line: string): void;
  /** Runs `measure` on a stack of its own, which is ended and removed after it, whatever happens. */
  onStack<Result>(
    options: Omit<BenchStackOptions, 'say'>,
    measure: (stack: BenchStack) => Promise<Result>,
  ): Promise<Result>;
}

export interface CommonOptions {
  /** File that receives the figures. */
  readonly json?: string;
  /** Keep the stack's data: logs, traces, databases. */
  readonly keep: boolean;
}

/** Figures, and whether everything that the benchmark claims held. */
export interface Measured {
  readonly ok: boolean;
  readonly [figure: string]: unknown;
}

/**
 * Runs one benchmark to its end: lines for people on standard output, the figures as one JSON line behind them, and
 * exit code 1 when a claim did not hold.
 */
export async function runBenchmark(
  name: string,
  options: CommonOptions,
  measure: (bench: Bench) => Promise<Measured>,
): Promise<void> {
  const signal = stopSignal();
  const at = new Date().toISOString();
  const machine = thisMachine();
  const { ok, ...figures } = await measure({ signal, say, onStack: onStackOf(options.keep, signal) });
  const { json, keep: _keep, ...settings } = options;
  const result = { benchmark: name, ok, at, machine, settings, ...figures };
  if (json !== undefined) writeWhole(path.resolve(json), `${JSON.stringify(result, null, 2)}\n`);
  say(JSON.stringify(result));
  process.exitCode = ok ? 0 : 1;
}

const say = (line: string): void => void process.stdout.write(`${line}\n`);

const onStackOf =
  (keep: boolean, signal: AbortSignal): Bench['onStack'] =>
  async (options, measure) => {
    const stack = await startBenchStack({ ...options, say });
    try {
      signal.throwIfAborted();
      return await measure(stack);
    } finally {
      await stack.close({ keep });
    }
  };

function writeWhole(file: string, text: string): void {
  writeFileSync(`${file}.tmp`, text);
  renameSync(`${file}.tmp`, file);
}
