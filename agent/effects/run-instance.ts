import type { Ending, Instance } from '../../domain/host/service-state.ts';
import { intend } from '../../domain/host/intention.ts';
import type { Digest, ServiceName } from '../../domain/names.ts';
import type { ActParts } from '../host-parts.ts';
import { readInstalled } from '../install/installed-release.ts';
import { ensureKeeper } from '../keeper/ensure-keeper.ts';
import { keeperPlaces, placeOf, type KeeperPlace } from '../keeper/keeper-place.ts';
import { discardUnsound } from './discard-unsound.ts';
import { commandSetting } from './instance-setting.ts';
import { launchInstance, prepareLaunch, type Launch } from './launch-instance.ts';
import { proveInstance } from './prove-instance.ts';
import { servedPort, writePorts } from './ports-file.ts';
import { endKept, stopInstances } from './stop-instance.ts';

/** Step 12 of docs/host-agent.md. What a release asks for and the host can't give is said before anything that runs is touched. */
export async function startInstance(service: ServiceName, release: Digest, parts: ActParts): Promise<void> {
  if (await discardUnsound(service, release, parts)) return;
  const installed = await readInstalled(parts.directory.service(service), release);
  const running = parts.readState().services.get(service)?.instance ?? null;
  const [first, second] = keeperPlaces(parts.directory, service);
  if (installed.config.run.restart === 'overlap' && running !== null) {
    const free = placeOf(parts.directory, service, running.id).name === first.name ? second : first;
    await takeOver(await prepareLaunch(free, installed, parts), running, parts);
  } else {
    await replace(await prepareLaunch(first, installed, parts), running, parts);
  }
}

export async function stopInstance(service: ServiceName, parts: ActParts): Promise<void> {
  await stopInstances(service, parts);
  await parts.dispatch({ type: 'instanceStopped', service, purpose: 'stop', atMs: Date.now() });
}

/** `stop-first` and `socket`: what ran ends, then the release starts; callers of a socket wait in its queue. */
async function replace(launch: Launch, running: Instance | null, parts: ActParts): Promise<void> {
  const { place, listens } = launch;
  const { service } = place;
  const status = await ensureKeeper(place, parts.logReserveBytes);
  const held = status.socketPort ?? (running?.socket ? running.port : null);
  const { askedAt, port: before } = await stopInstances(service, parts, async () => {
    // Where only the old instance has the socket left, there is another one on its port before it ends.
    if (listens && held !== null) await ensureKeeper(place, parts.logReserveBytes, held);
  });
  const atMs = Date.now();
  await parts.dispatch({
    type: 'instanceStopped',
    service,
    purpose: 'restart',
    askedMsAgo: askedAt === null ? undefined : Math.round(performance.now() - askedAt),
    atMs,
  });
  if (!listens) await ensureKeeper(place, parts.logReserveBytes, null);
  const port =
    listens && held !== null ? held : await choosePort(service, before ?? status.instance?.port ?? null, parts);
  if (listens) await ensureKeeper(place, parts.logReserveBytes, port);
  const instance = await launchInstance(launch, port, parts);
  if (typeof instance !== 'string') await writePorts(service, { serving: [servedPort(instance)], draining: [] }, parts);
  await tellStarted(launch, instance, parts);
}

function tellStarted({ place, installed }: Launch, instance: Instance | string, parts: ActParts): Promise<void> {
  const { service } = place;
  const atMs = Date.now();
  return parts.dispatch(
    typeof instance === 'string'
      ? { type: 'startFailed', service, release: installed.digest, reason: instance, atMs }
      : { type: 'instanceStarted', service, instance, atMs },
  );
}

/** `overlap`: the release is healthy on a port of its own before callers are sent there, and only then the old one ends. */
async function takeOver(launch: Launch, running: Instance, parts: ActParts): Promise<void> {
  const { place, installed } = launch;
  const { service } = place;
  await endLeft(place, undefined, parts);
  await ensureKeeper(place, parts.logReserveBytes, null);
  const port = await parts.ports.choose(service, null, new Set([...portsOfOthers(service, parts), running.port]));
  const instance = await launchInstance(launch, port, parts);
  if (typeof instance === 'string') return tellStarted(launch, instance, parts);

  const setting = await commandSetting(service, installed, instance, 'health', parts);
  const proof = await proveInstance(instance, place, setting, () => isWanted(service, instance.release, parts));
  if (proof.outcome !== 'healthy') {
    // Nobody was ever sent to it.
    await endLeft(place, { stop: instance.ending?.stop }, parts);
    if (proof.outcome === 'failed') return tellStarted(launch, proof.reason, parts);
    return parts.dispatch({ type: 'startGivenUp', service, atMs: Date.now() });
  }
  await handOver(service, running, instance, parts);
}

/** Callers are sent to `next`; what ran is drained and ends. An agent that is killed in between goes on from the journal. */
async function handOver(service: ServiceName, running: Instance, next: Instance, parts: ActParts): Promise<void> {
  await writePorts(service, { serving: [servedPort(next)], draining: [servedPort(running)] }, parts);
  await parts.dispatch({ type: 'instanceStarted', service, instance: next, drains: true, atMs: Date.now() });
  try {
    const place = placeOf(parts.directory, service, running.id);
    await endLeft(place, running.ending, parts);
    // Nobody is to wait in a queue that is never read again.
    await ensureKeeper(place, parts.logReserveBytes, null);
  } catch (error) {
    // The next change, and the next agent, end it.
    parts.log.error('what ran before could not be ended', { service, reason: (error as Error).message });
  }
  await writePorts(service, { serving: [servedPort(next)], draining: [] }, parts);
  await parts.dispatch({ type: 'drained', service, atMs: Date.now() });
}

/** Ends what runs in a place, if anything does. @throws KeeperError */
async function endLeft(place: KeeperPlace, ending: Ending | undefined, parts: ActParts): Promise<void> {
  const { instance } = await ensureKeeper(place, parts.logReserveBytes);
  if (instance !== null && instance.exit === null) await endKept(place, instance, ending, parts);
}

function isWanted(service: ServiceName, release: Digest, { host, readState }: ActParts): boolean {
  const state = readState().services.get(service);
  return state !== undefined && state.current === release && intend(host, state, Date.now()).run === release;
}

const choosePort = (service: ServiceName, preferred: number | null, parts: ActParts): Promise<number> =>
  parts.ports.choose(service, preferred, portsOfOthers(service, parts));

function portsOfOthers(service: ServiceName, { readState }: ActParts): ReadonlySet<number> {
  const others = [...readState().services.values()].filter((other) => other.service !== service);
  return new Set(others.flatMap(({ instance }) => instance?.port ?? []));
}
