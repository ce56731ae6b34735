import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { keptAlive } from './connect.ts';

export interface Notification {
  readonly channel: string;
  readonly payload: string;
}

export interface NotificationListener {
  close(): Promise<void>;
}

/** Between attempts to listen again: long enough not to press a database that starts, short enough for people. */
const reconnectMs = 500;
/** For the database to hang up when it was told goodbye. */
const goodbyeMs = 1_000;

/**
 * LISTEN on a connection of its own, for as long as the process lives. A lost connection is made again; what was
 * notified meanwhile is lost, so callers look at the tables on a tick too, and `onConnected` says when to look at once.
 */
export function listenForNotifications(options: {
  readonly url: string;
  readonly channels: readonly string[];
  readonly onNotification: (notification: Notification) => void;
  readonly onConnected?: () => void;
  /** Nothing is heard from now on, until it is connected again. */
  readonly onLost?: () => void;
  readonly onError?: (error: Error) => void;
}): NotificationListener {
  const stop = new AbortController();
  const running = listenUntilStopped(options, stop.signal);
  return {
    async close() {
      stop.abort();
      await running;
    },
  };
}

type ListenOptions = Parameters<typeof listenForNotifications>[0];

async function listenUntilStopped(options: ListenOptions, stop: AbortSignal): Promise<void> {
  while (!stop.aborted) {
    try {
      await listenOnce(options, stop);
    } catch (error) {
      options.onError?.(error instanceof Error ? error : new Error(String(error)));
    }
    await sleep(reconnectMs, undefined, { signal: stop }).catch(() => undefined);
  }
}

/** Returns when stopped; throws when the connection is lost. */
async function listenOnce(options: ListenOptions, stop: AbortSignal): Promise<void> {
  const client = new pg.Client({
    connectionString: options.url,
    application_name: 'slipway-listen',
    connectionTimeoutMillis: 5_000,
    query_timeout: 5_000, // of LISTEN: to be notified is no query
    ...keptAlive,
  });
  const ended = Promise.withResolvers<void>();
  // A promise that nobody awaits yet (connect failed first) must not end the process.
  ended.promise.catch(() => undefined);
  const onStop = (): void => ended.resolve();
  client.on('error', (error: Error) => ended.reject(error));
  client.on('end', () => ended.reject(new Error('the connection that listens was closed')));
  client.on('notification', ({ channel, payload }) => options.onNotification({ channel, payload: payload ?? '' }));
  stop.addEventListener('abort', onStop);
  try {
    await Promise.race([listenTo(options.channels, client), ended.promise]);
    if (stop.aborted) return;
    options.onConnected?.();
    await ended.promise;
  } finally {
    options.onLost?.();
    stop.removeEventListener('abort', onStop);
    await endSoon(client);
  }
}

async function listenTo(channels: readonly string[], client: pg.Client): Promise<void> {
  await client.connect();
  for (const channel of channels) await client.query(`listen ${client.escapeIdentifier(channel)}`);
}

/** The driver waits for the other side to hang up, which one that is frozen or out of reach never does. */
async function endSoon(client: pg.Client): Promise<void> {
  const cut = setTimeout(() => client.connection.stream.destroy(), goodbyeMs);
  await client.end().catch(() => undefined);
  clearTimeout(cut);
}
