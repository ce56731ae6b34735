import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import { once } from 'node:events';
import type { Account } from './build-account.ts';

export interface GroupCommand {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** The whole environment; nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  readonly account: Account | null;
  /** Give it a descriptor 3 to read from that ends when this process does, however that happens. */
  readonly holdsLifeline?: boolean;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Both streams. Called as the output comes, so that a command that prints much is never held up. */
  readonly onOutput: (bytes: Buffer, from: 'stdout' | 'stderr') => void;
}

export interface GroupEnd {
  readonly ended: 'exited' | 'timed-out' | 'cancelled' | 'not-started';
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Why it could not be started: `ENOENT`. */
  readonly problem: string | null;
}

/** Between SIGTERM and SIGKILL. */
const graceMs = 5000;
/** After the group is gone only a process that left it can hold the pipes open; its output isn't waited for. */
const drainMs = 500;

/**
 * Runs a command as the leader of a process group of its own and, when it has ended, kills what is left of the group.
 * Time is measured by the monotonic clock of the event loop, so a set system clock changes nothing.
 */
export async function runInGroup(command: GroupCommand): Promise<GroupEnd> {
  if (command.signal.aborted) return { ended: 'cancelled', exitCode: null, signal: null, problem: null };
  const { file, args, cwd, env, account } = command;
  const child = spawn(file, args, { cwd, env, detached: true, stdio: stdioOf(command), ...account });
  const lifeline = child.stdio[3];
  lifeline?.on('error', () => undefined); // it only has to end
  child.stdout!.on('data', (bytes: Buffer) => command.onOutput(bytes, 'stdout'));
  child.stderr!.on('data', (bytes: Buffer) => command.onOutput(bytes, 'stderr'));
  const closed = once(child, 'close').catch(() => undefined);
  const stopping = stopWhenDue(child, command);
  try {
    // `exit`, not `close`: a background process that holds the output open would hang us for ever.
    const [exitCode, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
    return { ended: stopping.cause() ?? 'exited', exitCode, signal, problem: null };
  } catch (error) {
    const problem = (error as NodeJS.ErrnoException).code ?? (error as Error).message;
    return { ended: 'not-started', exitCode: null, signal: null, problem };
  } finally {
    stopping.clear();
    signalGroup(child, 'SIGKILL');
    lifeline?.destroy();
    await drain(child, closed);
  }
}

const stdioOf = ({ holdsLifeline = false }: GroupCommand): StdioOptions => [
  'ignore',
  'pipe',
  'pipe',
  ...(holdsLifeline ? (['pipe'] as const) : []),
];

/** Sends SIGTERM at the time limit or on cancellation, SIGKILL when that has not helped. */
function stopWhenDue(child: ChildProcess, { timeoutMs, signal }: GroupCommand) {
  let cause: 'timed-out' | 'cancelled' | undefined;
  let force: NodeJS.Timeout | undefined;
  const stop = (why: 'timed-out' | 'cancelled'): void => {
    if (cause !== undefined) return;
    cause = why;
    signalGroup(child, 'SIGTERM');
    force = setTimeout(() => signalGroup(child, 'SIGKILL'), graceMs);
  };
  const limit = setTimeout(() => stop('timed-out'), timeoutMs);
  const onAbort = (): void => stop('cancelled');
  signal.addEventListener('abort', onAbort, { once: true });
  const clear = (): void => {
    clearTimeout(limit);
    clearTimeout(force);
    signal.removeEventListener('abort', onAbort);
  };
  return { cause: () => cause, clear };
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

async function drain(child: ChildProcess, closed: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  await Promise.race([closed, new Promise((resolve) => (timer = setTimeout(resolve, drainMs)))]);
  clearTimeout(timer);
  child.stdout?.destroy();
  child.stderr?.destroy();
}
