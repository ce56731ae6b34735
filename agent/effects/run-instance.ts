import { randomUUID } from 'node:crypto';
import type { Instance } from '../../domain/host/service-state.ts';
import type { Digest, ServiceName } from '../../domain/names.ts';
import { makeDirectory } from '../durable-files.ts';
import type { HostParts } from '../host-parts.ts';
import { discardUnsound } from './discard-unsound.ts';
import { readInstalled, type InstalledRelease } from '../install/installed-release.ts';
import { ensureKeeper, markPrefix } from '../keeper/ensure-keeper.ts';
import { askKeeper, KeeperError } from '../keeper/keeper-connection.ts';
import type { KeeperStatus } from '../keeper/keeper-status.ts';

/** An instance has this long after TERM before its group is killed. */
const stopTimeoutMs = 10_000;
const answerTimeoutMs = 10_000;

/** Step 12 of docs/host-agent.md: what ran ends, then the release starts (`restart: stop-first`). */
export async function startInstance(service: ServiceName, release: Digest, parts: HostParts): Promise<void> {
  if (await discardUnsound(service, release, parts)) return;
  const installed = await readInstalled(parts.directory.service(service), release);
  const { instance: kept } = await stopKept(service, parts);
  await parts.dispatch({ type: 'instanceStopped', service, purpose: 'restart', atMs: Date.now() });
  const port = await parts.ports.choose(service, kept?.port ?? null, portsOfOthers(service, parts));
  const instance = await launch(service, release, installed, port, parts);
  const atMs = Date.now();
  await parts.dispatch(
    typeof instance === 'string'
      ? { type: 'startFailed', service, release, reason: instance, atMs }
      : { type: 'instanceStarted', service, instance, atMs },
  );
}

export async function stopInstance(service: ServiceName, parts: HostParts): Promise<void> {
  await stopKept(service, parts);
  await parts.dispatch({ type: 'instanceStopped', service, purpose: 'stop', atMs: Date.now() });
}

async function stopKept(service: ServiceName, parts: HostParts): Promise<KeeperStatus> {
  const status = await ensureKeeper(parts.directory, service, parts.logReserveBytes);
  if (status.instance === null || status.instance.exit !== null) return status;
  parts.watches.letGo(service);
  try {
    return await stopByKeeper(parts.directory.service(service).keeper);
  } catch (error) {
    // What is known of it is what was known before: it may run, or have ended unseen.
    parts.watches.takeBack(service);
    throw error;
  }
}

async function stopByKeeper(keeper: string): Promise<KeeperStatus> {
  const answer = await askKeeper(keeper, { do: 'stop', timeoutMs: stopTimeoutMs }, stopTimeoutMs + 2 * answerTimeoutMs);
  if (!answer.ok) throw new KeeperError(`the instance could not be stopped: ${answer.reason}`);
  if (answer.status.instance?.exit === null) throw new KeeperError('the instance does not end, not even killed');
  return answer.status;
}

/** The running instance, or why its command can't be run. */
async function launch(
  service: ServiceName,
  release: Digest,
  installed: InstalledRelease,
  port: number,
  parts: HostParts,
): Promise<Instance | string> {
  const { keeper, data } = parts.directory.service(service);
  await makeDirectory(data);
  const id = `${markPrefix(parts.directory, service)}${randomUUID()}`;
  const { command, env } = installed.config.run;
  const answer = await askKeeper(
    keeper,
    {
      do: 'start',
      id,
      release,
      port,
      argv: command,
      cwd: installed.tree,
      env: { ...env, ...instanceEnv(installed, port, data, parts) },
    },
    answerTimeoutMs,
  );
  if (!answer.ok && answer.code === 'spawn') return answer.reason;
  const process = answer.ok ? answer.status.instance?.process : null;
  if (!process) throw new KeeperError(answer.ok ? 'the keeper knows no instance' : answer.reason);
  return { id, release, process, port, health: installed.config.health };
}

/** All that an instance finds in its environment besides the spec's own; `SLIPWAY_INSTANCE` is added by its keeper. */
function instanceEnv(
  { root }: InstalledRelease,
  port: number,
  data: string,
  { host }: HostParts,
): Record<string, string> {
  return {
    PATH: process.env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin',
    HOME: data,
    STATE_DIRECTORY: data,
    PORT: String(port),
    SLIPWAY_RELEASE: `${root.service}@${root.release}`,
    SLIPWAY_HOST: host,
  };
}

function portsOfOthers(service: ServiceName, { readState }: HostParts): ReadonlySet<number> {
  const others = [...readState().services.values()].filter((other) => other.service !== service);
  return new Set(others.flatMap(({ instance }) => instance?.port ?? []));
}
