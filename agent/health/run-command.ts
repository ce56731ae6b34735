import { spawn, type ChildProcess } from 'node:child_process';
import { setImmediate } from 'node:timers/promises';
import { asAccount, type Account } from '../keeper/launch-command.ts';

export interface CommandSetting {
  readonly cwd: string;
  /** All of it: nothing of the agent's own is added. */
  readonly env: Readonly<Record<string, string>>;
  /** Left out or null: the agent's own. */
  readonly account?: Account | null;
}

export type CommandEnd =
  | {
      readonly how: 'ended';
      readonly code: number | null;
      readonly signal: string | null;
      /** Of what it wrote, for people. */
      readonly lastLine: string;
      /** The end of what it wrote, 4 KiB at most. */
      readonly said: string;
    }
  /** Killed, with all of its group. */
  | { readonly how: 'late' }
  /** It could not be begun; `code` is the system's, such as ENOENT. */
  | { readonly how: 'not-run'; readonly code: string };

const outputMaxLength = 4_096;
const lineMaxLength = 200;

/**
 * Runs argv to its end, in a group of its own. A child that it leaves behind never keeps the agent waiting: its end is
 * `exit`, not the end of its output (aws/aws-codedeploy-agent#118), and then the whole group is killed.
 */
export async function runCommand(
  argv: readonly string[],
  { cwd, env, account = null }: CommandSetting,
  timeoutMs: number,
): Promise<CommandEnd> {
  const [file = '', ...args] = account === null ? argv : asAccount(account, argv);
  const child = begin(file, args, { cwd, env });
  if ('how' in child) return child;
  const output = listen(child);
  const end = await endOf(child, timeoutMs);
  if (end.how === 'ended') await setImmediate(); // what it wrote last has arrived, and is read now
  killGroup(child);
  child.stdout?.destroy();
  child.stderr?.destroy();
  if (end.how !== 'ended') return end;
  const said = output();
  return { ...end, lastLine: lastLineOf(said), said };
}

type NotRun = Extract<CommandEnd, { readonly how: 'not-run' }>;

/** Some of what the system says to it (no file, no descriptors) Node tells later, and throws all else (no memory, no folder). */
function begin(
  file: string,
  args: readonly string[],
  { cwd, env }: Pick<CommandSetting, 'cwd' | 'env'>,
): ChildProcess | NotRun {
  try {
    return spawn(file, args, { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  } catch (error) {
    return { how: 'not-run', code: (error as NodeJS.ErrnoException).code ?? 'unknown' };
  }
}

type End =
  | Exclude<CommandEnd, { readonly how: 'ended' }>
  | Omit<Extract<CommandEnd, { readonly how: 'ended' }>, 'lastLine' | 'said'>;

function endOf(child: ChildProcess, timeoutMs: number): Promise<End> {
  return new Promise((resolve) => {
    const late = setTimeout(() => resolve({ how: 'late' }), timeoutMs);
    const end = (how: End): void => {
      clearTimeout(late);
      resolve(how);
    };
    child.once('exit', (code, signal) => end({ how: 'ended', code, signal }));
    // Also heard once it runs, so that no later error goes unheard.
    child.on('error', ({ code }: NodeJS.ErrnoException) => end({ how: 'not-run', code: code ?? 'unknown' }));
  });
}

/** The end of what it wrote, on both. */
function listen(child: ChildProcess): () => string {
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (piece: Buffer) => (text = (text + piece.toString('utf8')).slice(-outputMaxLength)));
    stream?.on('error', () => undefined);
  }
  return () => text;
}

const lastLineOf = (said: string): string => (said.trim().split('\n').at(-1) ?? '').trim().slice(0, lineMaxLength);

/** The group outlives its leader while anyone is in it, so its number is nobody else's. */
function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Nobody is left in it.
  }
}
