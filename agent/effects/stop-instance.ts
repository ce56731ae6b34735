import { access } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { Ending } from '../../domain/host/service-state.ts';
import type { DrainConfig } from '../../domain/spec/service-spec.ts';
import type { ServiceName } from '../../domain/names.ts';
import type { ActParts } from '../host-parts.ts';
import { runCommand } from '../health/run-command.ts';
import { readInstalled } from '../install/installed-release.ts';
import { ensureKeeper } from '../keeper/ensure-keeper.ts';
import { askKeeper, KeeperError } from '../keeper/keeper-connection.ts';
import { keeperPlaces, type KeeperPlace } from '../keeper/keeper-place.ts';
import type { KeptInstance } from '../keeper/keeper-status.ts';
import { commandSetting } from './instance-setting.ts';
import { writePorts } from './ports-file.ts';

/** An instance whose release says nothing else is asked by TERM, and has this long before its group is killed. */
const usual = { signal: 'SIGTERM', graceMs: 10_000 } as const;
const rollbackGraceMs = 3_000;
const answerTimeoutMs = 20_000;

type Parts = Pick<ActParts, 'directory' | 'host' | 'log' | 'secrets'>;

export interface Stopped {
  /** When the last one was asked to end, by the clock that nobody sets, ms; `null` when none ran. */
  readonly askedAt: number | null;
  /** Where the service was served last, as far as anyone knows. */
  readonly port: number | null;
}

/** Ends whatever runs of a service, in either place: drained, asked, then killed. @throws KeeperError when one doesn't end */
export async function stopInstances(
  service: ServiceName,
  parts: Parts & Pick<ActParts, 'watches' | 'logReserveBytes' | 'readState'>,
  beforeStop: () => Promise<void> = () => Promise.resolve(),
): Promise<Stopped> {
  // Its end is wanted from here on; what is known of it when this fails is what was known before.
  parts.watches.letGo(service);
  try {
    await beforeStop();
    const known = parts.readState().services.get(service)?.instance ?? null;
    let stopped: Stopped = { askedAt: null, port: known?.port ?? null };
    for (const place of await usedPlaces(service, parts)) {
      const { instance } = await ensureKeeper(place, parts.logReserveBytes);
      const port = stopped.port ?? instance?.port ?? null;
      stopped = { ...stopped, port };
      if (instance === null || instance.exit !== null) continue;
      const ending = known?.id === instance.id ? endingOf(service, parts) : undefined;
      stopped = { port, askedAt: await endKept(place, instance, ending, parts) };
    }
    await writePorts(service, { serving: [], draining: [] }, parts);
    return stopped;
  } catch (error) {
    parts.watches.takeBack(service);
    throw error;
  }
}

/** What an operator's rollback takes down may be stuck, and nobody wants it to end well any more. */
function endingOf(service: ServiceName, { readState }: Pick<ActParts, 'readState'>): Ending | undefined {
  const known = readState().services.get(service);
  const ending = known?.instance?.ending;
  if (known === undefined || known.pin === null || known.pin === known.instance?.release) return ending;
  const { signal, graceMs } = ending?.stop ?? usual;
  return { stop: { signal, graceMs: Math.min(rollbackGraceMs, graceMs) } };
}

/** The second only once it was used. */
export async function usedPlaces(
  service: ServiceName,
  { directory }: Pick<Parts, 'directory'>,
): Promise<readonly KeeperPlace[]> {
  const [first, second] = keeperPlaces(directory, service);
  const twice = await access(second.keeper).then(
    () => true,
    () => false,
  );
  return twice ? [first, second] : [first];
}

/** Drains one instance, then ends it. Returns when it was asked to end, as `askedAt`. @throws KeeperError */
export async function endKept(
  place: KeeperPlace,
  instance: KeptInstance,
  ending: Ending | undefined,
  parts: Parts,
): Promise<number> {
  await drain(place.service, instance, ending ?? {}, parts);
  const { signal, graceMs } = ending?.stop ?? usual;
  const askedAt = performance.now();
  const answer = await askKeeper(place.keeper, { do: 'stop', timeoutMs: graceMs, signal }, graceMs + answerTimeoutMs);
  if (!answer.ok) throw new KeeperError(`the instance could not be stopped: ${answer.reason}`);
  if (answer.status.instance?.exit === null) throw new KeeperError('the instance does not end, not even killed');
  return askedAt;
}

/** What a balancer needs to send it nothing more. A hook that fails is told, and keeps no host from changing over. */
async function drain(
  service: ServiceName,
  instance: KeptInstance,
  { drain: wanted }: Ending,
  parts: Parts,
): Promise<void> {
  if (!wanted) return;
  const { port } = instance;
  const failed = await runDrain(service, instance, wanted, parts).catch((error: Error) => error.message);
  if (failed !== null) parts.log.warn('a drain command failed', { service, port, reason: failed });
  await delay(wanted.delayMs);
}

/** Null, or why it failed. @throws ReleaseError, HostCannotError */
async function runDrain(
  service: ServiceName,
  instance: KeptInstance,
  { command, timeoutMs }: DrainConfig,
  parts: Parts,
): Promise<string | null> {
  if (command === null) return null;
  const installed = await readInstalled(parts.directory.service(service), instance.release);
  const setting = await commandSetting(service, installed, instance, 'drain', parts);
  const end = await runCommand(command, setting, timeoutMs);
  if (end.how === 'late') return `it did not end within ${timeoutMs} ms`;
  if (end.how === 'not-run') return `it can't be run (${end.code})`;
  return end.code === 0
    ? null
    : `it ${end.code === null ? `was ended by ${end.signal}` : `exited with code ${end.code}`}: ${end.lastLine}`;
}
