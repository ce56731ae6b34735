import { readdir } from 'node:fs/promises';
import type { FoundService } from '../domain/host/events.ts';
import type { HostState, Instance, ServiceState } from '../domain/host/service-state.ts';
import { serviceOf } from '../domain/host/service-state.ts';
import { isName, type Digest, type ServiceName } from '../domain/names.ts';
import type { ServiceDirectory } from './agent-directory.ts';
import type { ActParts } from './host-parts.ts';
import {
  installedReleases,
  isIntact,
  linkedRelease,
  readInstalled,
  removeRelease,
} from './install/installed-release.ts';
import { ensureKeeper } from './keeper/ensure-keeper.ts';
import type { KeptInstance } from './keeper/keeper-status.ts';
import { bootId } from './process-identity.ts';

type Parts = Pick<ActParts, 'directory' | 'logReserveBytes' | 'log'>;

/** Looks at links, trees and processes: what a fresh agent goes by, whatever the journal's end says. */
export async function findServices(remembered: HostState, parts: Parts): Promise<readonly FoundService[]> {
  const onDisk = (await readdir(parts.directory.services).catch(() => [])).filter(isName) as ServiceName[];
  const names = new Set([...remembered.services.keys(), ...onDisk]);
  return Promise.all([...names].map((name) => findService(serviceOf(remembered, name), parts)));
}

/** `trustsDisk`: no tree is read again, however the machine went down. For whoever can't wait, and is leaving what runs. */
export async function findService(remembered: ServiceState, parts: Parts, trustsDisk = false): Promise<FoundService> {
  const { service } = remembered;
  const directory = parts.directory.service(service);
  const current = await linkedRelease(directory.current);
  const onDisk = trustsDisk
    ? await installedReleases(directory)
    : await wholeReleases(remembered, current, directory, parts);
  const kept = await keptInstance(remembered, current, parts);
  return {
    service,
    current,
    previous: await linkedRelease(directory.previous),
    onDisk,
    instance: kept !== null && kept.exit === null ? await asInstance(kept, remembered, directory) : null,
    exit: kept?.exit ? { instance: kept.id, how: kept.exit.how, atMs: kept.exit.atMs } : null,
  };
}

/** After another boot than the last one seen, what is about to run is read again, byte by byte. */
async function wholeReleases(
  { service, instance }: ServiceState,
  current: Digest | null,
  directory: ServiceDirectory,
  { log }: Parts,
): Promise<readonly Digest[]> {
  const whole = await installedReleases(directory);
  if (current === null || !whole.includes(current) || instance === null || instance.process.bootId === bootId())
    return whole;
  if (await isIntact(directory, current)) return whole;
  log.error('a release on disk is damaged', { service, release: current });
  await removeRelease(directory, current);
  return whole.filter((release) => release !== current);
}

/** A killed keeper's instance is taken up by a new one here, before anything else may be started. */
async function keptInstance(
  { service, instance }: ServiceState,
  current: Digest | null,
  parts: Parts,
): Promise<KeptInstance | null> {
  if (current === null && instance === null) return null;
  try {
    return (await ensureKeeper(parts.directory, service, parts.logReserveBytes)).instance;
  } catch (error) {
    // Nothing is started without a keeper either; the others of this host go on.
    parts.log.error('a keeper could not be started', { service, reason: (error as Error).message });
    return null;
  }
}

/** How it is judged stands in its release; one whose release is gone from disk is judged as it was. */
export async function asInstance(
  kept: KeptInstance,
  { instance }: ServiceState,
  directory: ServiceDirectory,
): Promise<Instance | null> {
  const { id, release, process, port } = kept;
  if (process === null) return null;
  if (instance?.id === id) return { ...instance, process, port };
  const installed = await readInstalled(directory, release).catch(() => null);
  return installed && { id, release, process, port, health: installed.config.health };
}
