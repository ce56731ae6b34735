import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { ProcessIdentity } from '../../domain/host/service-state.ts';
import { makeDirectory } from '../durable-files.ts';
import { isAlive, signalProcess } from '../process-identity.ts';
import { heldSecrets, holdSecrets } from '../secrets/held-secrets.ts';
import { askKeeper, KeeperError } from './keeper-connection.ts';
import type { KeeperPlace } from './keeper-place.ts';
import type { KeeperStatus } from './keeper-status.ts';
import { keeperBuild } from './keeper-command.ts';
import { keeperArgv, startKeeper } from './start-keeper.ts';

const startTimeoutMs = 10_000;
const makesRoomMs = 1_000;
const answerTimeoutMs = 3_000;
const logFileBytes = 20 * 1024 * 1024;
const logFiles = 5;

/**
 * The keeper of a place: the one that runs, or a new one, which takes up what a killed one left. Two never run at once, for
 * the second gives way. With `socketPort` it holds a listening socket on that port, which it hands to each instance; with `null`
 * it holds none. A keeper of which that isn't true is replaced, and its instance is taken up; one of another agent's code makes
 * room for the next when no instance runs in it, and hands its socket on. @throws KeeperError when none can be started in time, PortTakenError
 */
export async function ensureKeeper(
  place: KeeperPlace,
  reserveBytes: number,
  socketPort?: number | null,
): Promise<KeeperStatus> {
  const { keeper, logs } = place;
  await makeDirectory(keeper);
  await makeDirectory(logs);
  const running = await statusOf(keeper);
  const holdsPort = running !== null && holds(running, socketPort);
  if (holdsPort && (running.build === keeperBuild || isKeeping(running))) return running;
  // Neither a disk nor an argv may have them on their way from one to the next.
  const held = running?.holdsSecrets ? await heldSecrets(keeper) : [];
  const next = async (): Promise<KeeperStatus> => {
    const status = await untilAnswers(place, socketPort);
    await holdSecrets(keeper, held);
    return status;
  };
  const config = keeperConfig(place, reserveBytes, (holdsPort ? running.socketPort : socketPort) ?? null);
  if (holdsPort && (await succeeded(running, keeper, config))) return next();
  if (holdsPort) return running;
  // One that lives and doesn't answer holds the lock; the next one takes up what it leaves.
  if (running === null) await killHung(keeper);
  else await endByForce(running.keeper);
  await startKeeper(place, socketPort ?? null, config);
  return next();
}

/** A keeper's one argument. */
export const keeperConfig = (
  { keeper, logs, name, prefix }: KeeperPlace,
  reserveBytes: number,
  socketPort: number | null,
) => ({
  protocol: 1,
  build: keeperBuild,
  directory: keeper,
  logDirectory: logs,
  lock: `slipway-keeper:${name}`,
  prefix,
  socketPort,
  logFileBytes,
  logFiles,
  reserveBytes,
});

/** @throws KeeperError */
async function untilAnswers({ keeper, service }: KeeperPlace, socketPort?: number | null): Promise<KeeperStatus> {
  const deadline = performance.now() + startTimeoutMs;
  while (performance.now() < deadline) {
    const status = await statusOf(keeper);
    if (status !== null && holds(status, socketPort)) return status;
    await delay(20);
  }
  throw new KeeperError(`no keeper of ${service} answers`);
}

const isKeeping = ({ instance }: KeeperStatus): boolean => instance !== null && instance.exit === null;

/** Whether it made room. */
async function succeeded({ keeper }: KeeperStatus, directory: string, config: object): Promise<boolean> {
  const argv = keeperArgv(config as Readonly<Record<string, unknown>>);
  const answer = await askKeeper(directory, { do: 'succeed', argv }, answerTimeoutMs).catch(() => null);
  const deadline = performance.now() + makesRoomMs;
  // One of before says yes to all that it doesn't know, and stays.
  while (isAlive(keeper)) {
    if (answer?.ok === false || performance.now() >= deadline) return false;
    await delay(20);
  }
  return true;
}

const holds = ({ socketPort = null }: KeeperStatus, wanted: number | null | undefined): boolean =>
  wanted === undefined || socketPort === wanted;

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
  await endByForce(identity);
}

/** Its instance runs on. */
async function endByForce(keeper: ProcessIdentity): Promise<void> {
  signalProcess(keeper, 'SIGKILL');
  while (isAlive(keeper)) await delay(20);
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
