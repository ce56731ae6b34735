import type { Effect } from '../domain/host/effects.ts';
import type { HostId } from '../domain/names.ts';
import type { Environment } from './agent-config.ts';
import type { AgentDirectory } from './agent-directory.ts';
import { startHostLoop, type HostLoop } from './host-loop.ts';
import type { ActParts } from './host-parts.ts';
import { commandSetting } from './effects/instance-setting.ts';
import { readInstalled } from './install/installed-release.ts';
import { ensureKeeper } from './keeper/ensure-keeper.ts';
import { openInstanceGroups } from './keeper/instance-groups.ts';
import { openInstancePorts, type PortRange } from './keeper/instance-port.ts';
import { placeOf } from './keeper/keeper-place.ts';
import { watchInstances } from './keeper/instance-watches.ts';
import type { Log } from './log.ts';
import { ownHealth } from './own/own-health.ts';
import type { OwnProcess } from './own/own-process.ts';
import type { SecretDelivery } from './secrets/secret-delivery.ts';
import type { HostMemoryStore } from './state/host-memory.ts';
import { tellGaps } from './tell-gaps.ts';

export interface HostOptions {
  readonly host: HostId;
  readonly ports: PortRange;
  readonly reserveBytes: number | undefined;
  readonly cgroup: string | null;
  readonly secrets: SecretDelivery;
  readonly directory: AgentDirectory;
  readonly memory: HostMemoryStore;
  readonly env: Environment;
  readonly log: Log;
  /** The agent that runs, and for how long no gateway has taken a report of it; null in a command that stands in for it. */
  readonly own: (OwnProcess & { unheardMs(): number }) | null;
  readonly carryOut: (effect: Effect) => void;
  /** The memory can't be written any more. */
  readonly onFatal: (error: unknown) => void;
}

export interface OpenHost {
  readonly loop: HostLoop;
  readonly parts: ActParts;
  /** Keepers and instances run on. */
  close(): Promise<void>;
}

/** Where the keeper's output stops when no reserve was configured. */
const defaultLogReserveBytes = 256 * 1024 * 1024;
export const logReserveOf = (reserveBytes: number | undefined): number => reserveBytes ?? defaultLogReserveBytes;

/** The loop of a host and what watches its instances; it knows no gateway. It does nothing until `recovered`. */
export function openHost(options: HostOptions): OpenHost {
  const { host, directory, memory, log, carryOut, onFatal } = options;
  const logReserveBytes = logReserveOf(options.reserveBytes);
  const now = Date.now;
  const watches = watchInstances({
    keeperDirectory: (service, instance) => placeOf(directory, service, instance).keeper,
    ensureKeeper: (service, instance) => ensureKeeper(placeOf(directory, service, instance), logReserveBytes),
    settingOf: (service, instance) =>
      readInstalled(directory.service(service), instance.release)
        .then((installed) =>
          commandSetting(service, installed, instance, 'health', { directory, host, secrets: options.secrets }),
        )
        .catch(() => null),
    ownHealth: () => ownHealth(loop.state, options.own?.unheardMs() ?? Infinity),
    onHealth: (service, instance, result) =>
      void loop.dispatch({ type: 'healthObserved', service, instance, result, atMs: now() }),
    onExit(service, instance, how) {
      log.warn('an instance ended', { service, how });
      void loop.dispatch({ type: 'instanceExited', service, instance, how, atMs: now() });
    },
    onOutput(service, { dropsLog, droppedLogBytes }) {
      if (dropsLog) log.warn('output is not kept', { service, reason: dropsLog.why });
      else log.info('output is kept again', { service, droppedLogBytes });
    },
  });
  const loop = startHostLoop({ memory, carryOut, onFatal, now });
  loop.onChange((state) => watches.follow(state));
  loop.onChange(tellGaps(log));
  const parts: ActParts = {
    host,
    directory,
    watches,
    own: options.own,
    env: options.env,
    log,
    logReserveBytes,
    groups: openInstanceGroups(options.cgroup, log),
    secrets: options.secrets,
    ports: openInstancePorts(options.ports),
    dispatch: loop.dispatch,
    readState: () => loop.state,
  };
  return {
    loop,
    parts,
    async close() {
      watches.close();
      await loop.stop();
      await memory.close();
    },
  };
}
