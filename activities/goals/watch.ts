import { Context } from '@temporalio/activity';
import { setTimeout as delay } from 'node:timers/promises';
import type { ServiceName } from '../../domain/names.ts';
import type { HostReports } from './host-reports.ts';

/** Silence and time-outs come without a notification, and one may be lost. */
const tickMs = 1_000;
/** A look over 20,000 hosts costs something: at most a quarter of the time is spent looking. */
const restPerLook = 3;
const shortestRestMs = 20;

/**
 * For activities that wait for hosts. Looks at once, then whenever something about the service changes and at least
 * every second, until a look answers; heartbeats with `cursor()` after each. Rejects with CancelledFailure when the
 * activity is cancelled or its worker shuts down.
 */
export async function watch<Result>(
  reports: HostReports,
  service: ServiceName,
  look: () => Promise<Result | null>,
  cursor: () => unknown = () => undefined,
): Promise<Result> {
  const context = Context.current();
  const alarm = createAlarm(context.cancellationSignal);
  // Before the first look: what changes while it looks wakes it again.
  const unsubscribe = reports.onChange(service, alarm.ring);
  try {
    for (;;) {
      const startedAt = performance.now();
      const result = await look();
      if (result !== null) return result;
      context.heartbeat(cursor());
      const restMs = Math.max(shortestRestMs, restPerLook * (performance.now() - startedAt));
      await delay(Math.min(restMs, tickMs));
      await alarm.next(tickMs);
      if (context.cancellationSignal.aborted) await context.cancelled;
    }
  } finally {
    unsubscribe();
  }
}

interface Alarm {
  readonly ring: () => void;
  /** Resolves when it rang since the last time, rings, is stopped, or after `timeoutMs`. */
  next(timeoutMs: number): Promise<void>;
}

function createAlarm(stop: AbortSignal): Alarm {
  let rang = false;
  let wake: () => void = () => undefined;
  return {
    ring: () => {
      rang = true;
      wake();
    },
    async next(timeoutMs) {
      if (!rang && !stop.aborted) {
        const { promise, resolve } = Promise.withResolvers<void>();
        wake = resolve;
        const timer = setTimeout(resolve, timeoutMs);
        stop.addEventListener('abort', resolve as () => void);
        await promise;
        clearTimeout(timer);
        stop.removeEventListener('abort', resolve as () => void);
      }
      rang = false;
    },
  };
}
