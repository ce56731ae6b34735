import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { until } from '../crash/run/patience.ts';
import { screenLines } from './terminal-screen.ts';

const projectRoot = path.resolve(import.meta.dirname, '../..');
/** A first start and three deployments, on a busy machine. */
const waitMs = 300_000;

/** A command of this project as a person gives it: at a terminal, which `script` of util-linux makes. */
export interface AtTerminal {
  /** What can be read there now. */
  lines(): string[];
  /** All that was sent to the terminal. */
  raw(): string;
  /** @throws Error, with what can be read, when it isn't there within five minutes */
  untilShown(text: RegExp): Promise<void>;
  type(keys: string): void;
  untilEnded(): Promise<number | null>;
  kill(): void;
}

export function atTerminal(
  command: string,
  { columns, rows }: { readonly columns: number; readonly rows: number },
  environment: NodeJS.ProcessEnv = {},
): AtTerminal {
  const { NO_COLOR: _noColor, CI: _ci, ...inherited } = process.env;
  const child = spawn('script', ['-qfec', `stty cols ${columns} rows ${rows}; exec ${command}`, '/dev/null'], {
    cwd: projectRoot,
    env: { ...inherited, TERM: 'xterm-256color', LANG: 'C.UTF-8', LC_ALL: 'C.UTF-8', ...environment },
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  const ended = once(child, 'exit');
  return {
    lines: () => screenLines(output),
    raw: () => output,
    async untilShown(text) {
      await until(String(text), waitMs, () => {
        if (screenLines(output).some((line) => text.test(line))) return true;
        if (child.exitCode !== null) throw new Error(`it has ended:\n${screenLines(output).join('\n')}`);
        return undefined;
      }).catch((error: unknown) => {
        throw new Error(`${(error as Error).message}\n${screenLines(output).join('\n')}`);
      });
    },
    type: (keys) => void child.stdin.write(keys),
    untilEnded: async () => ((await ended) as [number | null])[0],
    kill: () => void (child.exitCode === null && child.kill('SIGKILL')),
  };
}
