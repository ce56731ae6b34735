import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { until } from '../crash/run/patience.ts';
import { patienceMs } from '../patience.ts';

const projectRoot = path.resolve(import.meta.dirname, '../..');
/** Half a minute alone; its demonstration beside two other whole stacks on two cores took over two. */
const readyMs = 300_000;

/** `npm start` in a session of its own, so that its whole process group can be killed without us. */
export interface NpmStart {
  /** All that it has printed. */
  output(): string;
  /** Resolves when it says that it runs on. @throws Error, with its output, when it doesn't within five minutes */
  untilReady(): Promise<void>;
  /** To npm, the launcher, the supervisor and all programs, as a terminal's Ctrl-C. */
  signalGroup(signal: NodeJS.Signals): void;
  /** As `npm start | head`: nobody reads any more what it says. */
  closeOutput(): void;
  /** The exit code, or the signal that ended it. @throws InVainError */
  untilEnded(): Promise<number | NodeJS.Signals>;
}

/** @param cwd the checkout */
export function npmStart(args: readonly string[], cwd = projectRoot): NpmStart {
  const child = spawn('npm', ['start', '--', ...args], {
    cwd,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (output += text.toString()));
  return {
    output: () => output,
    async untilReady() {
      const state = await until('npm start is ready', readyMs, () => {
        if (output.includes('Slipway runs on')) return 'ready';
        return hasEnded(child) ? 'ended' : undefined;
      }).catch((error: unknown) => error);
      if (state !== 'ready') throw new Error(`npm start is not ready (${String(state)}):\n${output}`);
    },
    signalGroup(signal) {
      try {
        process.kill(-child.pid!, signal);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
      }
    },
    closeOutput() {
      child.stdout.destroy();
      child.stderr.destroy();
    },
    async untilEnded() {
      if (!hasEnded(child)) await once(child, 'exit', { signal: AbortSignal.timeout(patienceMs) });
      return child.signalCode ?? child.exitCode!;
    },
  };
}

const hasEnded = ({ exitCode, signalCode }: ChildProcess): boolean => exitCode !== null || signalCode !== null;
