import type { CheckResult } from '../../domain/host/health.ts';
import { ownService } from '../../domain/host/own-service.ts';
import type { HostState, Instance } from '../../domain/host/service-state.ts';
import type { ServiceName } from '../../domain/names.ts';
import { checkDelayMs } from '../../domain/host/check-times.ts';
import { unknown } from '../health/ask-instance.ts';
import { checkHealth } from '../health/check-health.ts';
import type { CommandSetting } from '../health/run-command.ts';
import { KeeperError, watchKeeper, type KeeperWatch } from './keeper-connection.ts';
import type { KeeperStatus } from './keeper-status.ts';

/** Keeps an eye on the instances of a host: how healthy each is, and when it ends. */
export interface InstanceWatches {
  /** Watches exactly the instances of this state. */
  follow(state: HostState): void;
  /** Its end is wanted: nobody is told of it. */
  letGo(service: ServiceName): void;
  /** It could not be ended, or nobody knows: it is watched again. */
  takeBack(service: ServiceName): void;
  close(): void;
}

export interface WatchReports {
  readonly keeperDirectory: (service: ServiceName, instance: string) => string;
  /** Starts a keeper where one was killed; it takes up the instance. @throws KeeperError */
  readonly ensureKeeper: (service: ServiceName, instance: string) => Promise<unknown>;
  /** What a command that asks it runs in; `null` when its release is not readable. */
  readonly settingOf: (service: ServiceName, instance: Instance) => Promise<CommandSetting | null>;
  /** How the agent itself is, which has no keeper. */
  readonly ownHealth: () => CheckResult;
  readonly onHealth: (service: ServiceName, instance: string, result: CheckResult) => void;
  readonly onExit: (service: ServiceName, instance: string, how: string) => void;
  /** Its output is no longer kept, or is again (`dropsLog` is `null`). */
  readonly onOutput: (service: ServiceName, status: KeeperStatus) => void;
}

interface Watch {
  readonly instance: string;
  close(): void;
}

const retryMs = 500;

export function watchInstances(reports: WatchReports): InstanceWatches {
  const watches = new Map<ServiceName, Watch>();
  const letGo = new Map<ServiceName, string>();
  const end = (service: ServiceName): void => {
    watches.get(service)?.close();
    watches.delete(service);
  };
  return {
    follow({ services }) {
      for (const { service, instance } of services.values()) {
        const wanted = instance === null || letGo.get(service) === instance.id ? null : instance;
        if (watches.get(service)?.instance === wanted?.id) continue;
        end(service);
        if (wanted !== null) watches.set(service, watch(service, wanted, reports));
      }
    },
    letGo(service) {
      const watched = watches.get(service);
      if (watched !== undefined) letGo.set(service, watched.instance);
      end(service);
    },
    takeBack: (service) => void letGo.delete(service),
    close: () => [...watches.keys()].forEach(end),
  };
}

function watch(service: ServiceName, instance: Instance, reports: WatchReports): Watch {
  const closed = new AbortController();
  const { signal } = closed;
  const onResult = (result: CheckResult): void => reports.onHealth(service, instance.id, result);
  const onEnd = (how: string): void => {
    closed.abort();
    reports.onExit(service, instance.id, how);
  };
  const isOwn = service === ownService;
  repeatChecks(instance, isOwn ? reports.ownHealth : () => ask(service, instance, reports), signal, onResult);
  if (!isOwn) followKeeper(service, instance, signal, reports, onEnd);
  return { instance: instance.id, close: () => closed.abort() };
}

async function ask(service: ServiceName, instance: Instance, { settingOf }: WatchReports): Promise<CheckResult> {
  const setting = instance.health.command === undefined ? null : await settingOf(service, instance);
  return checkHealth(instance, setting);
}

function repeatChecks(
  instance: Instance,
  look: () => CheckResult | Promise<CheckResult>,
  signal: AbortSignal,
  onResult: (result: CheckResult) => void,
): void {
  const { id, health } = instance;
  let n = 0;
  const check = async (): Promise<void> => {
    const result = await lookOrSayWhyNot(look);
    if (signal.aborted) return;
    onResult(result);
    timer = next();
  };
  const next = (): NodeJS.Timeout => setTimeout(() => void check(), checkDelayMs(health, id, n++));
  let timer = next();
  signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
}

/** Whatever keeps the agent from looking says nothing about the instance, and must not end the agent at each look. */
async function lookOrSayWhyNot(look: () => CheckResult | Promise<CheckResult>): Promise<CheckResult> {
  try {
    return await look();
  } catch (error) {
    return unknown(`it could not be looked at: ${(error as Error).message}`);
  }
}

function followKeeper(
  service: ServiceName,
  instance: Instance,
  signal: AbortSignal,
  reports: WatchReports,
  onEnd: (how: string) => void,
): void {
  let connection: KeeperWatch | undefined;
  let drops = false;
  const onStatus = (status: KeeperStatus): void => {
    if (signal.aborted) return;
    const { instance: kept, dropsLog = null } = status;
    if (drops !== (dropsLog !== null)) reports.onOutput(service, status);
    drops = dropsLog !== null;
    if (kept?.id !== instance.id) onEnd('its keeper does not know it');
    else if (kept.exit !== null) onEnd(kept.exit.how);
  };
  const onLost = (): void => {
    if (signal.aborted) return;
    reports.ensureKeeper(service, instance.id).then(connect, () => setTimeout(onLost, retryMs));
  };
  const connect = (): void => {
    if (signal.aborted) return;
    try {
      connection = watchKeeper(reports.keeperDirectory(service, instance.id), onStatus, onLost);
    } catch (error) {
      if (!(error instanceof KeeperError)) throw error;
      setTimeout(onLost, retryMs);
    }
  };
  connect();
  signal.addEventListener('abort', () => connection?.close(), { once: true });
}
