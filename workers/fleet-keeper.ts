import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import type { Logger } from '../infra/telemetry/logger.ts';
import { untraced } from '../infra/telemetry/trace-context.ts';
import { fleetStart } from '../workflows/messages/fleet.ts';

/** One that somebody terminated is open again after this: deployments ask it before they begin. */
const lookEveryMs = 5_000;
const answerMs = 5_000;

/** Keeps the fleet open. Starting one that is open changes nothing, so several keepers may run at once. Runs until `stop` aborts. */
export async function keepFleetOpen(
  { client, log }: { readonly client: Client; readonly log: Logger },
  stop: AbortSignal,
): Promise<void> {
  let isFailing = false;
  while (!stop.aborted) {
    try {
      await openFleet(client, stop);
      isFailing = false;
    } catch (error) {
      // Once an outage, not once a try.
      if (!stop.aborted && !isFailing) log.warn({ error }, 'the fleet can not be opened; it is tried again');
      isFailing = true;
    }
    await sleep(lookEveryMs, undefined, { signal: stop }).catch(() => undefined);
  }
}

const openFleet = (client: Client, stop: AbortSignal): Promise<void> =>
  untraced(async () => {
    const start = (): Promise<unknown> => client.workflow.start('fleet', fleetStart());
    await client.withAbortSignal(stop, () => client.withDeadline(Date.now() + answerMs, start));
  });
