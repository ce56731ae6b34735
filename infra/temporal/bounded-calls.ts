import { addAbortListener } from 'node:events';
import type { Client } from '@temporalio/client';

/**
 * Makes calls, which all together have so long, and end when this program does.
 * @throws a gRPC error when they took longer; why the program stops when it does
 */
export type BoundedCalls = <R>(ms: number, calls: () => Promise<R>) => Promise<R>;

/** Temporal's client ends only a call that is under way when `stop` aborts: one begun after that would wait its whole time. */
export const boundedCalls =
  (client: Client, stop: AbortSignal): BoundedCalls =>
  async (ms, calls) => {
    stop.throwIfAborted();
    const stopped = Promise.withResolvers<never>();
    using _listener = addAbortListener(stop, () => {
      stopped.reject(stop.reason);
    });
    const answered = client.withAbortSignal(stop, () => client.withDeadline(Date.now() + ms, calls));
    return await Promise.race([stopped.promise, answered]);
  };
