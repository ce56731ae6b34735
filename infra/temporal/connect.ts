import { setTimeout as delay } from 'node:timers/promises';
import { Client, Connection, defaultGrpcRetryOptions, makeGrpcRetryInterceptor } from '@temporalio/client';
import type { Logger } from '../telemetry/logger.ts';
import { temporalTracing } from '../telemetry/temporal.ts';

export interface TemporalAddress {
  /** host:port */
  readonly address: string;
  readonly namespace: string;
}

export interface Waiting {
  /** Ends the waiting: the program was told to stop. */
  readonly signal: AbortSignal;
  readonly log: Logger;
}

/** Between tries at a Temporal that isn't up; a stack that starts together waits for it a few times. */
const retryAfterMs = 500;

/**
 * After an outage people wait for the first call that gets through. gRPC's own pauses between connections grow to two
 * minutes and those of the SDK between tries of a call to five seconds: here neither is longer than this. A call's deadline
 * is looked at only after a pause, so it is also how late a call may end.
 */
const longestPauseMs = 500;
const channelArgs = { 'grpc.initial_reconnect_backoff_ms': 100, 'grpc.max_reconnect_backoff_ms': longestPauseMs };
const retries = makeGrpcRetryInterceptor({
  // As many as fit into any deadline here: it ends a call, not their number.
  ...defaultGrpcRetryOptions({ maxAttempts: 30 }),
  delayFunction: (attempt) => Math.min(longestPauseMs, 100 * 1.7 ** attempt) * (0.8 + 0.4 * Math.random()),
});
const connectionOptions = { channelArgs, interceptors: [retries] };

/** For starting and messaging workflows, with trace context. Waits until Temporal answers. @throws AbortError */
export async function connectClient({ address, namespace }: TemporalAddress, waiting: Waiting): Promise<Client> {
  const connection = await untilConnected(waiting, address, () =>
    Connection.connect({ address, connectTimeout: '2s', ...connectionOptions }),
  );
  return clientOn(connection, namespace);
}

/**
 * A client without waiting: calls fail while Temporal is away, which is right for a server that starts in any order
 * and answers what it can. Close `client.connection` at the end.
 */
export const connectClientLazily = ({ address, namespace }: TemporalAddress): Client =>
  clientOn(Connection.lazy({ address, ...connectionOptions }), namespace);

/**
 * As above, for what is asked again and again anyway: no call is tried again, so that none is left to be tried on a
 * connection that was closed. Not traced.
 */
export const connectWithoutRetries = ({ address, namespace }: TemporalAddress): Client =>
  new Client({ connection: Connection.lazy({ address, channelArgs, interceptors: [] }), namespace });

const clientOn = (connection: Connection, namespace: string): Client =>
  new Client({ connection, namespace, plugins: [temporalTracing()] });

/** Tries until it works; says once that it waits. @throws AbortError */
export async function untilConnected<C>(
  { signal, log }: Waiting,
  address: string,
  connect: () => Promise<C>,
): Promise<C> {
  for (let tries = 0; ; tries++) {
    signal.throwIfAborted();
    try {
      return await connect();
    } catch (error) {
      if (tries === 0) log.warn({ address, error: (error as Error).message }, 'waiting for Temporal');
    }
    await delay(retryAfterMs, undefined, { signal });
  }
}
