import { readdir } from 'node:fs/promises';
import type { FoundService } from '../domain/host/events.ts';
import type { HostState, Instance, ServiceState } from '../domain/host/service-state.ts';
import { ownService } from '../domain/host/own-service.ts';
import { serviceOf } from '../domain/host/service-state.ts';
import { isName, type Digest, type ServiceName } from '../domain/names.ts';
import type { ServiceDirectory } from './agent-directory.ts';
import { linkToRestore } from '../domain/host/recover.ts';
import { moveLink } from './effects/switch-release.ts';
import type { ActParts } from './host-parts.ts';
import {
  installedReleases,
  isSound,
  linkedRelease,
  readInstalled,
  removeRelease,
} from './install/installed-release.ts';
import { endKept, usedPlaces } from './effects/stop-instance.ts';
import { restoreReplaced } from './drift/replace-tree.ts';
import { ensureKeeper } from './keeper/ensure-keeper.ts';
import type { KeeperPlace } from './keeper/keeper-place.ts';
import type { KeptInstance } from './keeper/keeper-status.ts';
import { ownInstance } from './own/own-process.ts';

type Parts = Pick<ActParts, 'directory' | 'host' | 'logReserveBytes' | 'log' | 'own' | 'secrets'>;

/** Looks at links, trees and processes: what a fresh agent goes by, whatever the journal's end says. */
export async function findServices(remembered: HostState, parts: Parts): Promise<readonly FoundService[]> {
  const entries = await readdir(parts.directory.services, { withFileTypes: true });
  const onDisk = entries
    .filter((entry) => entry.isDirectory() && isName(entry.name))
    .map(({ name }) => name as ServiceName);
  const names = new Set([...remembered.services.keys(), ...onDisk]);
  return Promise.all([...names].map((name) => findService(serviceOf(remembered, name), parts)));
}

/** `trustsDisk`: no tree is read again, however the machine went down. For whoever can't wait, and is leaving what runs. */
export async function findService(remembered: ServiceState, parts: Parts, trustsDisk = false): Promise<FoundService> {
  const { service } = remembered;
  const directory = parts.directory.service(service);
  await restoreReplaced(directory, parts.log);
  const current = await linkedRelease(directory.current);
  const onDisk = trustsDisk
    ? await installedReleases(directory)
    : await wholeReleases(service, current ?? remembered.current, directory, parts);
  const previous = await linkedRelease(directory.previous);
  const links = { service, current, previous: onDisk.find((release) => release === previous) ?? null, onDisk };
  const found: FoundService = { ...links, ...(await findInstance(remembered, current, parts)) };
  const lost = linkToRestore(remembered, found);
  if (lost === null) return found;
  parts.log.error('the link "current" was lost', { service, release: lost });
  await moveLink(parts, directory.current, lost);
  return { ...found, current: lost };
}

async function findInstance(
  remembered: ServiceState,
  current: Digest | null,
  parts: Parts,
): Promise<Pick<FoundService, 'instance' | 'exit'>> {
  const { service } = remembered;
  if (service === ownService) return { instance: ownFound(remembered, current, parts), exit: null };
  const { kept, others } = await keptInstances(remembered, current, parts);
  for (const other of others) void endStray(other, remembered, parts);
  const runs = kept !== null && kept.exit === null;
  return {
    instance: runs ? await asInstance(kept, remembered, parts.directory.service(service)) : null,
    exit: kept?.exit ? { instance: kept.id, how: kept.exit.how, atMs: kept.exit.atMs } : null,
  };
}

/** What is about to run is read byte by byte, once after each boot. */
async function wholeReleases(
  service: ServiceName,
  current: Digest | null,
  directory: ServiceDirectory,
  { log }: Parts,
): Promise<readonly Digest[]> {
  const whole = await installedReleases(directory);
  if (current === null || !whole.includes(current)) return whole;
  const sound = await isSound(directory, current).catch((error: unknown) => {
    // What can't be read now is not thrown away for it, nor is the host left without its agent.
    log.error('a release on disk can not be read', { service, release: current, reason: String(error) });
    return true;
  });
  if (sound) return whole;
  log.error('a release on disk is damaged', { service, release: current });
  await removeRelease(directory, current);
  return whole.filter((release) => release !== current);
}

/** This process, where it only was started again; where it is the first of its release, that is an event. */
function ownFound({ instance }: ServiceState, current: Digest | null, { own, directory }: Parts): Instance | null {
  if (instance === null || own === null || own.release !== current || instance.release !== current) return null;
  return ownInstance(directory, current, instance.health);
}

interface Kept {
  readonly place: KeeperPlace;
  readonly instance: KeptInstance;
}

/**
 * A killed keeper's instance is taken up by a new one here, before anything else may be started. Of two that run, one was
 * taking over from the other: it did if the journal says so, or it is what is left.
 */
async function keptInstances(
  { service, instance }: ServiceState,
  current: Digest | null,
  parts: Parts,
): Promise<{ readonly kept: KeptInstance | null; readonly others: readonly Kept[] }> {
  if (current === null && instance === null) return { kept: null, others: [] };
  const found: Kept[] = [];
  for (const place of await usedPlaces(service, parts)) {
    try {
      const kept = (await ensureKeeper(place, parts.logReserveBytes)).instance;
      if (kept !== null) found.push({ place, instance: kept });
    } catch (error) {
      // Nothing is started without a keeper either; the others of this host go on.
      parts.log.error('a keeper could not be started', { service, reason: (error as Error).message });
    }
  }
  const running = found.filter((each) => each.instance.exit === null);
  const known = found.find((each) => each.instance.id === instance?.id);
  const kept = [known, ...running].find((each) => each?.instance.exit === null) ?? known ?? found[0];
  return { kept: kept?.instance ?? null, others: running.filter((each) => each !== kept) };
}

/** Beside all else: it may have to be drained, and nothing waits for it but what needs its place. */
async function endStray({ place, instance }: Kept, { service }: ServiceState, parts: Parts): Promise<void> {
  try {
    const installed = await readInstalled(parts.directory.service(service), instance.release).catch(() => null);
    await endKept(place, instance, installed?.config.run, parts);
  } catch (error) {
    parts.log.error('what ran before could not be ended', { service, reason: (error as Error).message });
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
  if (installed === null) return null;
  const { run, health } = installed.config;
  const ending = { ...(run.stop && { stop: run.stop }), ...(run.drain && { drain: run.drain }) };
  return { id, release, process, port, health, ...(run.restart === 'socket' && { socket: true }), ending };
}
