import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ownService } from '../../domain/host/own-service.ts';
import { digestOf } from '../../protocol/digest.ts';
import { openAgentDirectory, type AgentDirectory } from '../agent-directory.ts';
import { makeDirectory } from '../durable-files.ts';
import { namesHostFault } from '../host-faults.ts';
import { keeperConfig, statusOf } from '../keeper/ensure-keeper.ts';
import { askKeeper } from '../keeper/keeper-connection.ts';
import { keeperPlaces, type KeeperPlace } from '../keeper/keeper-place.ts';
import type { KeeperStatus } from '../keeper/keeper-status.ts';
import { keeperArgv } from '../keeper/start-keeper.ts';
import { CouldNotCheckError } from './could-not-check.ts';

/** Of folders below the agent's: one that a killed self-test left is removed by the next. */
const scratchPrefix = 'self-test-';
/** Together below what a self-test has. */
const startsWithinMs = 10_000;
const endsWithinMs = 5_000;
const answerTimeoutMs = 3_000;

/**
 * Whether a keeper of this file starts here, and starts an instance and sees it end: in a folder of its own, where it meets no other
 * keeper. @throws Error why not; CouldNotCheckError when it may be the host's fault
 */
export async function proveKeeper({ root }: AgentDirectory): Promise<void> {
  for (const name of await readdir(root)) if (name.startsWith(scratchPrefix)) await removeFolder(path.join(root, name));
  const scratch = await mkdtemp(path.join(root, scratchPrefix));
  try {
    const [place] = keeperPlaces(openAgentDirectory(scratch), ownService);
    await keepOnce(place);
  } finally {
    await removeFolder(scratch);
  }
}

const removeFolder = (folder: string): Promise<void> => rm(folder, { recursive: true, force: true });

async function keepOnce(place: KeeperPlace): Promise<void> {
  await makeDirectory(place.keeper);
  await makeDirectory(place.logs);
  const [file = '', ...args] = keeperArgv(keeperConfig(place, 0, null));
  const env = { PATH: process.env['PATH'], SLIPWAY_KEEPER: place.name };
  const keeper = spawn(file, args, { detached: true, stdio: ['ignore', 'ignore', 'pipe'], cwd: '/', env });
  const ended = endOf(keeper);
  const over = new AbortController();
  try {
    await Promise.race([ended, startAndEnd(place, over.signal)]);
  } finally {
    over.abort();
    keeper.kill('SIGKILL');
    await ended.catch(() => undefined);
  }
}

/** Rejects when it ends, however: nobody has asked it to. What can't even be begun is Node, of the host. */
function endOf(keeper: ChildProcess): Promise<never> {
  let said = '';
  keeper.stderr?.on('data', (text: Buffer) => (said += text.toString()));
  return new Promise((_, reject) => {
    keeper.once('error', ({ message }) => reject(new CouldNotCheckError(`its keeper can't be started: ${message}`)));
    keeper.once('close', (code, signal) => {
      const why = `its keeper ended (${code ?? signal}): ${said.trim()}`;
      reject(code === null || namesHostFault(said) ? new CouldNotCheckError(why) : new Error(why));
    });
  });
}

/** An instance that ends by itself: Node, which every host has. */
async function startAndEnd({ keeper, prefix, logs }: KeeperPlace, signal: AbortSignal): Promise<void> {
  const untilStatus = (withinMs: number, otherwise: string, holds: (status: KeeperStatus) => boolean) =>
    askUntil(keeper, { withinMs, otherwise, holds, signal });
  await untilStatus(startsWithinMs, 'its keeper does not answer', () => true);
  const instance = {
    id: `${prefix}self-test`,
    release: digestOf(''),
    port: 0,
    argv: [process.execPath, '--version'],
    cwd: logs,
    env: {},
  };
  const started = await askKeeper(keeper, { do: 'start', ...instance }, answerTimeoutMs);
  if (!started.ok) {
    const why = `its keeper can't start an instance: ${started.reason}`;
    throw namesHostFault(started.reason) ? new CouldNotCheckError(why) : new Error(why);
  }
  const hasEnded = ({ instance }: KeeperStatus): boolean => (instance?.exit ?? null) !== null;
  const { instance: last } = await untilStatus(endsWithinMs, 'its keeper sees no instance end', hasEnded);
  if (last?.exit?.code !== 0) throw new CouldNotCheckError(`an instance that its keeper started ${last?.exit?.how}`);
}

interface Expected {
  readonly withinMs: number;
  readonly otherwise: string;
  readonly holds: (status: KeeperStatus) => boolean;
  readonly signal: AbortSignal;
}

/** @throws CouldNotCheckError: a machine that is starved is as slow as a keeper that hangs */
async function askUntil(folder: string, { withinMs, otherwise, holds, signal }: Expected): Promise<KeeperStatus> {
  const deadline = performance.now() + withinMs;
  while (!signal.aborted && performance.now() < deadline) {
    const status = await statusOf(folder);
    if (status !== null && holds(status)) return status;
    await delay(20);
  }
  throw new CouldNotCheckError(`${otherwise} within ${withinMs / 1_000} s`);
}
