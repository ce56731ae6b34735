import type { Client } from '@temporalio/client';

/** Makes calls, which all together have so long, and end when this program does. @throws a gRPC error when they took longer */
export type BoundedCalls = <R>(ms: number, calls: () => Promise<R>) => Promise<R>;

export const boundedCalls =
  (client: Client, stop: AbortSignal): BoundedCalls =>
  (ms, calls) =>
    client.withAbortSignal(stop, () => client.withDeadline(Date.now() + ms, calls));
