import type { ApiEvent } from '../protocol/api/events.ts';
import { ApiProblemError, type ApiClient } from './api-client.ts';
import type { ConnectionWatch } from './connection-news.ts';
import { receiveEvents, type ReceivedEvent } from './event-source.ts';
import { rest } from './rest.ts';

/** The first event is sent at once: a proxy that has not passed it on by now gathers what should stream. */
const firstEventMs = 5_000;
/** The api says something every 10 s (protocol/api/events.ts): after this long without a word the connection is dead. */
const silenceMs = 25_000;
const shortestRestMs = 250;
const longestRestMs = 5_000;
/** Who asks again and again instead tries the stream anew after so long: what held it back may be gone. */
export const streamAgainMs = 30_000;

/** Nothing refuses the connection, but no event arrives. */
export class NoStreamError extends Error {
  override readonly name = 'NoStreamError';
}

export interface Following {
  readonly signal: AbortSignal;
  readonly connection: ConnectionWatch;
}

type Query = Readonly<Record<string, string | number>>;

/**
 * Events for as long as the caller wants them, over as many connections as that takes: each goes on where the last one
 * was cut. @throws ApiProblemError that trying again can't help; NoStreamError; the signal's reason when it aborts
 */
export async function* followEvents(
  client: ApiClient,
  query: Query,
  { signal, connection }: Following,
): AsyncGenerator<ApiEvent> {
  let lastEventId: string | null = null;
  let streams = false;
  for (let restMs = shortestRestMs; ; restMs = Math.min(2 * restMs, longestRestMs)) {
    try {
      for await (const received of oneConnection(client, query, lastEventId, signal)) {
        // A client that was reset knows nothing until it has the snapshot that follows.
        lastEventId = received.event.type === 'reset' ? null : (received.lastEventId ?? lastEventId);
        restMs = shortestRestMs;
        streams = true;
        connection.heard();
        yield received.event;
      }
    } catch (error) {
      signal.throwIfAborted();
      if (isHopeless(error, streams)) throw error;
      connection.lost(whyCut(error as Error));
    }
    await rest(restMs, signal);
  }
}

/** Where it has streamed, it will again. */
const isHopeless = (error: unknown, streams: boolean): boolean =>
  (error instanceof NoStreamError && !streams) || (error instanceof ApiProblemError && !error.problem.retryable);

/** Of a body that ends too soon fetch says only `terminated`. */
const whyCut = (error: Error): string => (error.name === 'TypeError' ? 'the event stream was cut' : error.message);

async function* oneConnection(
  client: ApiClient,
  query: Query,
  lastEventId: string | null,
  signal: AbortSignal,
): AsyncGenerator<ReceivedEvent> {
  const ended = new AbortController();
  let watch: NodeJS.Timeout | undefined;
  const expectWithin = (ms: number, otherwise: Error): void => {
    clearTimeout(watch);
    watch = setTimeout(() => ended.abort(otherwise), ms);
  };
  try {
    expectWithin(firstEventMs, new NoStreamError('no first event in 5 s: a proxy may hold it back'));
    const response = await client.events(query, lastEventId, AbortSignal.any([signal, ended.signal]));
    for await (const received of receiveEvents(response)) {
      expectWithin(silenceMs, new Error('the event stream fell silent'));
      yield received;
    }
  } finally {
    clearTimeout(watch);
    // Whoever stops reading in the middle leaves no connection open.
    ended.abort();
  }
}
