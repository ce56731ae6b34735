import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';

/** All that is needed to start a server, as data: a supervisor may spawn it in its own way. */
export interface ServerCommand {
  readonly title: string;
  readonly file: string;
  readonly args: readonly string[];
  /** The whole environment; nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly uid?: number;
  readonly gid?: number;
  /** The signal that makes it stop soon and in good order. */
  readonly stopSignal: NodeJS.Signals;
}

export interface RunningServer {
  readonly pid: number;
  /** Resolves when the process has ended; safe to call again. */
  stop(): Promise<void>;
}

/** A server ended, or didn't get ready in time; the message carries its last lines of output. */
export class ServerStartError extends Error {
  readonly code = 'server-start';
  override readonly name = 'ServerStartError';
}

const stopTimeoutMs = 10_000;
const passingFaultMs = 10_000;
/** Of the output's beginning and end each: what fails says why at either. */
const outputKeptChars = 1_500;

/**
 * Spawns the server as a child and waits until `ready` resolves. Throws ServerStartError, and leaves no process, when
 * it ends before that or `ready` rejects.
 */
export async function startServer(
  command: ServerCommand,
  ready: (signal: AbortSignal) => Promise<void>,
): Promise<RunningServer> {
  const { title, file, args, stopSignal, ...options } = command;
  const child = spawn(file, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const keep = (chunk: Buffer): void => void (output = withoutMiddle(output + chunk.toString()));
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const endedEarly = new Promise<never>((_, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => reject(new Error(`ended with ${signal ?? `code ${code}`}`)));
  });
  const stop = (): Promise<void> => stopChild(child, stopSignal);
  const waiting = new AbortController();
  try {
    await Promise.race([ready(waiting.signal), endedEarly]);
  } catch (error) {
    waiting.abort();
    await stop();
    throw new ServerStartError(`${title} did not start: ${(error as Error).message}\n${output.trim()}`);
  }
  endedEarly.catch(() => undefined); // the end of a server that was ready is its owner's business
  return { pid: child.pid!, stop };
}

/** As `startServer`, but begins again, for some seconds, while the server ends with words that mean a passing fault. */
export async function startServerDespite(
  passing: string,
  command: ServerCommand,
  ready: (signal: AbortSignal) => Promise<void>,
): Promise<RunningServer> {
  const deadline = Date.now() + passingFaultMs;
  for (;;) {
    try {
      return await startServer(command, ready);
    } catch (error) {
      if (!(error as Error).message.includes(passing) || Date.now() > deadline) throw error;
    }
    await delay(50);
  }
}

async function stopChild(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  child.kill(signal);
  const force = setTimeout(() => child.kill('SIGKILL'), stopTimeoutMs);
  await once(child, 'exit');
  clearTimeout(force);
}

function withoutMiddle(output: string): string {
  const cut = '\n…\n';
  if (output.length <= 2 * outputKeptChars + cut.length) return output;
  return output.slice(0, outputKeptChars) + cut + output.slice(-outputKeptChars);
}

/**
 * Repeats `attempt` until it resolves. Rejects with its last error after `timeoutMs`; when `signal` aborts with the reason
 * of that: what answers at the address of a server that has ended is another one.
 */
export async function untilReady(
  attempt: () => Promise<void>,
  { timeoutMs, signal }: { readonly timeoutMs: number; readonly signal?: AbortSignal | undefined },
): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      signal?.throwIfAborted();
      if (Date.now() > deadline) throw error;
    }
    await delay(20);
  }
}
