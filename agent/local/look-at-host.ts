import { readdir } from 'node:fs/promises';
import type { FoundService } from '../../domain/host/events.ts';
import type { HostState, Instance, ServiceState } from '../../domain/host/service-state.ts';
import { serviceOf } from '../../domain/host/service-state.ts';
import { transition } from '../../domain/host/transition.ts';
import { isName, type ServiceName } from '../../domain/names.ts';
import type { LocalConfig } from '../agent-config.ts';
import type { AgentDirectory } from '../agent-directory.ts';
import { commandSetting } from '../effects/instance-setting.ts';
import { checkHealth } from '../health/check-health.ts';
import { installedReleases, linkedRelease, readInstalled } from '../install/installed-release.ts';
import { lastStatusOf, statusOf } from '../keeper/ensure-keeper.ts';
import { keeperPlaces, type KeeperPlace } from '../keeper/keeper-place.ts';
import type { KeptInstance } from '../keeper/keeper-status.ts';
import { isAlive } from '../process-identity.ts';
import { asInstance } from '../recover-host.ts';
import { readHostMemory } from '../state/host-memory.ts';
import { serviceStatus, type ServiceStatus } from './service-status.ts';

type Config = Pick<LocalConfig, 'host' | 'memoryFolder'>;

/** How services stand on a host whose agent doesn't answer: read from its disk and asked of instances; nothing is changed. */
export async function lookAtHost(directory: AgentDirectory, config: Config): Promise<readonly ServiceStatus[]> {
  const remembered = await readHostMemory(directory, config.host);
  const folders = (await readdir(directory.services)).filter(isName) as ServiceName[];
  const names = [...new Set([...remembered.services.keys(), ...folders])];
  return Promise.all(names.map((name) => lookAtService(remembered, name, directory, config)));
}

async function lookAtService(
  remembered: HostState,
  name: ServiceName,
  directory: AgentDirectory,
  config: Config,
): Promise<ServiceStatus> {
  const known = serviceOf(remembered, name);
  const found = await find(known, directory);
  const atMs = Date.now();
  const state = transition(remembered, { type: 'recovered', services: [found], atMs });
  const status = serviceStatus(remembered.host, serviceOf(state, name), atMs);
  return found.instance === null
    ? status
    : { ...status, ...(await healthNow(name, found.instance, directory, config)) };
}

/** One look: whoever counts looks is not there. */
async function healthNow(
  service: ServiceName,
  instance: Instance,
  directory: AgentDirectory,
  { host, memoryFolder: folder }: Config,
): Promise<Pick<ServiceStatus, 'health' | 'reason'>> {
  const setting = await readInstalled(directory.service(service), instance.release)
    .then((installed) =>
      commandSetting(service, installed, instance, 'health', { directory, host, secrets: { folder } }),
    )
    .catch(() => null);
  const result = await checkHealth(instance, setting);
  if (result.outcome === 'success') return { health: 'healthy', reason: null };
  return { health: result.outcome === 'failure' ? 'unhealthy' : 'unknown', reason: result.reason };
}

async function find(known: ServiceState, agent: AgentDirectory): Promise<FoundService> {
  const directory = agent.service(known.service);
  const running = await runningIn(keeperPlaces(agent, known.service));
  const kept = running.find(({ id }) => id === known.instance?.id) ?? running[0] ?? null;
  return {
    service: known.service,
    current: await linkedRelease(directory.current),
    previous: await linkedRelease(directory.previous),
    onDisk: await installedReleases(directory),
    instance: kept && (await asInstance(kept, known, directory)),
    exit: null,
  };
}

/** While one takes over from another there are two. */
async function runningIn(places: readonly KeeperPlace[]): Promise<readonly KeptInstance[]> {
  const found: KeptInstance[] = [];
  for (const { keeper } of places) {
    const kept = ((await statusOf(keeper)) ?? (await lastStatusOf(keeper)))?.instance ?? null;
    if (kept !== null && kept.exit === null && kept.process !== null && isAlive(kept.process)) found.push(kept);
  }
  return found;
}
