import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ownService } from '../../domain/host/own-service.ts';
import { digestOf } from '../../protocol/digest.ts';
import { openAgentDirectory, type AgentDirectory } from '../agent-directory.ts';
import { makeDirectory } from '../durable-files.ts';
import { keeperConfig, statusOf } from '../keeper/ensure-keeper.ts';
import { askKeeper } from '../keeper/keeper-connection.ts';
import { keeperPlaces, type KeeperPlace } from '../keeper/keeper-place.ts';
import type { KeeperStatus } from '../keeper/keeper-status.ts';
import { keeperArgv } from '../keeper/start-keeper.ts';
import { CouldNotCheckError, namesHostFault } from './host-fault.ts';

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
  let said = '';
  keeper.stderr.on('data', (text: Buffer) => (said += text.toString()));
  const ended = once(keeper, 'close').then(([code]) => {
    const why = `its keeper ended (${String(code ?? keeper.signalCode)}): ${said.trim()}`;
    throw code === null || namesHostFault(said) ? new CouldNotCheckError(why) : new Error(why);
  });
  try {
    await Promise.race([ended, startAndEnd(place)]);
  } finally {
    keeper.kill('SIGKILL');
    await ended.catch(() => undefined);
  }
}

/** An instance that ends by itself: Node, which every host has. */
async function startAndEnd({ keeper, prefix, logs }: KeeperPlace): Promise<void> {
  await untilStatus(keeper, startsWithinMs, 'its keeper does not answer', () => true);
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
  const { instance: last } = await untilStatus(keeper, endsWithinMs, 'its keeper sees no instance end', hasEnded);
  if (last?.exit?.code !== 0) throw new CouldNotCheckError(`an instance that its keeper started ${last?.exit?.how}`);
}

/** @throws CouldNotCheckError: a machine that is starved is as slow as a keeper that hangs */
async function untilStatus(
  folder: string,
  withinMs: number,
  otherwise: string,
  holds: (status: KeeperStatus) => boolean,
): Promise<KeeperStatus> {
  const deadline = performance.now() + withinMs;
  while (performance.now() < deadline) {
    const status = await statusOf(folder);
    if (status !== null && holds(status)) return status;
    await delay(20);
  }
  throw new CouldNotCheckError(`${otherwise} within ${withinMs / 1_000} s`);
}
