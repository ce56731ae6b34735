import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { patienceMs } from './patience.ts';
import { until } from './crash/run/patience.ts';
import { programEnvironment } from './program-environment.ts';

/** One of Slipway's programs, started as it is started in earnest. */
export interface StartedProgram {
  /** All that it has logged. */
  readonly lines: readonly string[];
  /** The first line with this text. @throws Error, with its lines, when it ends before, or has not said it after 40 s */
  says(text: string): Promise<string>;
  /** Its exit code once all that it wrote is read; `null` when a signal ended it. */
  readonly ended: Promise<number | null>;
  /** Sends the signal unless it has ended. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

const root = path.resolve(import.meta.dirname, '..');

/**
 * @param entry `workers/build.ts`
 * @param openFiles how many it may have open (`ulimit -n`); left out for as many as this process
 */
export function startProgram(
  entry: string,
  environment: Readonly<Record<string, string>>,
  openFiles?: number,
): StartedProgram {
  const args = ['--disable-warning=ExperimentalWarning', '--import', './infra/telemetry/register.ts', entry];
  const env = { ...programEnvironment, ...environment };
  const limited = openFiles === undefined ? [] : ['sh', '-c', `ulimit -n ${openFiles}; exec "$@"`, 'sh'];
  const [file, ...rest] = [...limited, process.execPath, ...args] as [string, ...string[]];
  const child = spawn(file, rest, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) createInterface(stream).on('line', (line) => lines.push(line));
  let isClosed = false;
  const ended = once(child, 'close').then(([code]) => {
    isClosed = true;
    return code as number | null;
  });
  const hasEnded = (): boolean => child.exitCode !== null || child.signalCode !== null;
  return {
    lines,
    async says(text) {
      const line = await until(text, patienceMs, () => {
        const said = lines.find((each) => each.includes(text));
        return said ?? (isClosed ? null : undefined);
      }).catch((error: unknown) => {
        throw new Error(`${(error as Error).message}\n${lines.join('\n')}`);
      });
      if (line === null) throw new Error(`ended with ${child.exitCode}, without ${text}:\n${lines.join('\n')}`);
      return line;
    },
    ended,
    end(signal) {
      if (!hasEnded()) child.kill(signal);
      return ended;
    },
  };
}
