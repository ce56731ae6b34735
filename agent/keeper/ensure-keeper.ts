import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { ProcessIdentity } from '../../domain/host/service-state.ts';
import type { ServiceName } from '../../domain/names.ts';
import type { AgentDirectory } from '../agent-directory.ts';
import { makeDirectory } from '../durable-files.ts';
import { isAlive, signalProcess } from '../process-identity.ts';
import { keeperCommand } from './keeper-command.ts';
import { askKeeper, KeeperError } from './keeper-connection.ts';
import type { KeeperStatus } from './keeper-status.ts';

const startTimeoutMs = 10_000;
const answerTimeoutMs = 3_000;
const logFileBytes = 20 * 1024 * 1024;
const logFiles = 5;

/** Of all instances of the service on this host begins with this. */
export const markPrefix = ({ mark }: AgentDirectory, service: ServiceName): string => `${mark}/${service}/`;

/**
 * The service's keeper: the one that runs, or a new one, which takes up what a killed one left. Two never run at once,
 * for the second gives way. @throws KeeperError when none can be started in time.
 */
export async function ensureKeeper(
  directory: AgentDirectory,
  service: ServiceName,
  reserveBytes: number,
): Promise<KeeperStatus> {
  const { keeper, logs } = directory.service(service);
  await makeDirectory(keeper);
  await makeDirectory(logs);
  const running = await statusOf(keeper);
  if (running !== null) return running;
  // One that lives and doesn't answer holds the lock; the next one takes up what it leaves.
  await killHung(keeper);
  startKeeper(`${directory.mark}/${service}`, {
    protocol: 1,
    directory: keeper,
    logDirectory: logs,
    lock: `slipway-keeper:${directory.mark}/${service}`,
    prefix: markPrefix(directory, service),
    logFileBytes,
    logFiles,
    reserveBytes,
  });
  const deadline = performance.now() + startTimeoutMs;
  while (performance.now() < deadline) {
    const status = await statusOf(keeper);
    if (status !== null) return status;
    await delay(20);
  }
  throw new KeeperError(`no keeper of ${service} answers`);
}

/** Who the keeper of this folder last said that it is; null when it never did, or its word is torn. */
const keeperIdentity = async (directory: string): Promise<ProcessIdentity | null> =>
  (await lastStatusOf(directory))?.keeper ?? null;

/** What the keeper of this folder last wrote, alive or not; null when there is none, or it is torn. */
export async function lastStatusOf(directory: string): Promise<KeeperStatus | null> {
  try {
    return JSON.parse(await readFile(path.join(directory, 'keeper.json'), 'utf8')) as KeeperStatus;
  } catch {
    return null;
  }
}

async function killHung(directory: string): Promise<void> {
  const identity = await keeperIdentity(directory);
  if (identity === null || !isAlive(identity)) return;
  // It may have been starting just now.
  if ((await statusOf(directory)) !== null) return;
  signalProcess(identity, 'SIGKILL');
  while (isAlive(identity)) await delay(20);
}

/** Null when none answers. */
export async function statusOf(directory: string): Promise<KeeperStatus | null> {
  try {
    const answer = await askKeeper(directory, { do: 'status' }, answerTimeoutMs);
    return answer.ok ? answer.status : null;
  } catch (error) {
    if (error instanceof KeeperError) return null;
    throw error;
  }
}

/** In a session of its own: neither the agent's end nor a terminal's Ctrl-C reaches it. */
function startKeeper(mark: string, config: Readonly<Record<string, unknown>>): void {
  const { PATH = '/usr/bin:/bin' } = process.env;
  const child = spawn(process.execPath, [...keeperCommand, JSON.stringify(config)], {
    detached: true,
    stdio: 'ignore',
    cwd: '/',
    env: { PATH, SLIPWAY_KEEPER: mark },
  });
  child.once('error', () => undefined);
  child.unref();
}
