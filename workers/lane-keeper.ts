import { setTimeout as sleep } from 'node:timers/promises';
import type { ServiceName } from '../domain/names.ts';
import type { Logger } from '../infra/telemetry/logger.ts';
import type { Inbox } from './inbox-loop.ts';
import type { Lanes } from './lanes.ts';

/** A lane that somebody terminated is open again after this. */
const lookEveryMs = 5_000;

/**
 * Keeps the lane open of every service that has something unfinished (docs/goal-protocol.md §8). Starting a lane that is
 * open changes nothing, so several keepers may run at once. Runs until `stop` aborts.
 */
export async function keepLanesOpen(
  { inbox, lanes, log }: { readonly inbox: Inbox; readonly lanes: Lanes; readonly log: Logger },
  stop: AbortSignal,
): Promise<void> {
  const failing = new Set<ServiceName>();
  const attempt = async (service: ServiceName): Promise<void> => {
    try {
      await lanes.open(service);
      failing.delete(service);
    } catch (error) {
      // Once an outage, not once a try.
      if (!stop.aborted && !failing.has(service))
        log.warn({ service, error }, 'a lane can not be opened; it is tried again');
      failing.add(service);
    }
  };
  while (!stop.aborted) {
    const services = await inbox.listServicesInNeedOfLane().catch((error: unknown) => {
      log.warn({ error }, 'services can not be read; trying again');
      return [];
    });
    await Promise.all(services.map(attempt));
    await sleep(lookEveryMs, undefined, { signal: stop }).catch(() => undefined);
  }
}
