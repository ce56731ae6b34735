import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '../telemetry/logger.ts';
import { isDatabaseUnavailable } from './availability.ts';

/** Between tries at a database that isn't up: a stack that starts together waits for it a few times. */
const retryAfterMs = 500;

/**
 * For the start of a program that may come up before its database: tries `connect` until the database answers. What
 * the database refuses for another reason is thrown at once. @throws AbortError when `signal` aborts
 */
export async function untilAvailable<Connected>(
  connect: () => Promise<Connected>,
  { signal, log }: { readonly signal: AbortSignal; readonly log: Logger },
): Promise<Connected> {
  for (let tries = 0; ; tries++) {
    signal.throwIfAborted();
    try {
      return await connect();
    } catch (error) {
      if (!isDatabaseUnavailable(error)) throw error;
      if (tries === 0) log.warn({ error: (error as Error).message }, 'waiting for the database');
    }
    await sleep(retryAfterMs, undefined, { signal });
  }
}
