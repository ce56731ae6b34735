import { setTimeout as sleep } from 'node:timers/promises';
import type { ServiceName } from '../domain/names.ts';
import type { Logger } from '../infra/telemetry/logger.ts';
import type { Inbox } from './inbox-loop.ts';
import type { ClosedLanes } from './closed-lanes.ts';
import type { Lanes } from './lanes.ts';

/** A lane that somebody terminated is open again after this. */
const lookEveryMs = 5_000;

/** Each look is a signal and a read, in the history of the lane: not more often, as long as it comes to nothing. */
const lookAgainMs = 60_000;

export interface LaneKeeperParts {
  readonly inbox: Pick<Inbox, 'listServicesInNeedOfLane' | 'listServicesToLookInto'>;
  readonly lanes: Pick<Lanes, 'open' | 'look'>;
  readonly closedLanes: ClosedLanes;
  readonly log: Logger;
}

/**
 * Keeps the lane open of every service that has something unfinished (docs/goal-protocol.md §8). Starting a lane that is
 * open changes nothing, so several keepers may run at once. Runs until `stop` aborts.
 */
export async function keepLanesOpen(parts: LaneKeeperParts, stop: AbortSignal): Promise<void> {
  const { inbox, lanes, log } = parts;
  const lookedAt = new Map<ServiceName, number>();
  const opening = attempts(log, stop, 'a lane can not be opened; it is tried again');
  const hear = hearing(parts, stop);
  const open = async (service: ServiceName): Promise<void> => {
    const runId = await opening(service, () => lanes.open(service));
    if (runId !== null) hear(service, runId);
  };
  while (!stop.aborted) {
    const services = await inbox.listServicesInNeedOfLane().catch((error: unknown) => {
      log.warn({ error }, 'services can not be read; trying again');
      return [];
    });
    await Promise.all(services.map(open));
    await lookInto(parts, lookedAt);
    await sleep(lookEveryMs, undefined, { signal: stop }).catch(() => undefined);
  }
}

/** Nobody waits for what is told: it goes on beside the looks, once at a time for each lane. */
function hearing({ closedLanes, log }: LaneKeeperParts, stop: AbortSignal): (of: ServiceName, runId: string) => void {
  const attempt = attempts(log, stop, 'whether somebody closed a lane can not be told; it is tried again');
  const underWay = new Set<ServiceName>();
  return (service, runId) => {
    if (underWay.has(service)) return;
    underWay.add(service);
    void attempt(service, () => closedLanes.heard(service, runId)).then(() => underWay.delete(service));
  };
}

/** Does what may fail, and is done again at the next look; `null` when it failed. That is said once an outage, not once a try. */
function attempts(log: Logger, stop: AbortSignal, failure: string) {
  const failing = new Set<ServiceName>();
  return async <R>(service: ServiceName, act: () => Promise<R>): Promise<R | null> => {
    try {
      const result = await act();
      failing.delete(service);
      return result;
    } catch (error) {
      if (!stop.aborted && !failing.has(service)) log.warn({ service, error }, failure);
      failing.add(service);
      return null;
    }
  };
}

/** Wakes lanes that start nothing although something may start. Whatever fails is tried again: nothing depends on one look. */
async function lookInto({ inbox, lanes, log }: LaneKeeperParts, lookedAt: Map<ServiceName, number>): Promise<void> {
  const services = await inbox.listServicesToLookInto().catch((): readonly ServiceName[] => []);
  for (const service of services) {
    if (Date.now() - (lookedAt.get(service) ?? 0) < lookAgainMs) continue;
    lookedAt.set(service, Date.now());
    await lanes.look(service).catch((error: unknown) => log.warn({ service, error }, 'a lane could not be woken'));
  }
  for (const service of lookedAt.keys()) if (!services.includes(service)) lookedAt.delete(service);
}
