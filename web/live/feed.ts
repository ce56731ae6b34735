import type { ApiEvent, Deployment, DeploymentSummary, Lane, Problem, ServiceHosts } from '../client/api.ts';
import { problemOf } from '../client/problem-of.ts';
import { watchAttention, type AttentionWatcher } from './attention.ts';
import type { Transport } from './freshness.ts';
import { learn, learnPolled, type Known } from './known.ts';
import { openStream, silenceMs, type StreamListener } from './one-stream.ts';
import { pacedView } from './paced-view.ts';
import { poller } from './poller.ts';
import { restBeforeReconnect } from './rest-before-reconnect.ts';

/** What a page shows of its feed. */
export interface FeedView {
  readonly transport: Transport;
  /** By this browser's clock, ms. */
  readonly heardAt: number | null;
  readonly known: Known | null;
  /** How often the stream began anew, or the api was polled: what happened since the reading before may have been missed. */
  readonly connects: number;
  /** Trying again can't help. */
  readonly problem: Problem | null;
}

/** What the stream tells, asked for. */
export interface Polled {
  readonly deployments: readonly (Deployment | DeploymentSummary)[];
  readonly lanes: readonly Lane[];
  readonly hosts: readonly ServiceHosts[];
}

export interface FeedSource {
  /** Of the event stream. */
  readonly url: string;
  poll(): Promise<Polled>;
}

export interface Feed {
  view(): FeedView;
  subscribe(onChange: () => void): () => void;
  /** A person did something: what comes next is shown at once. */
  hurry(): void;
  close(): void;
}

/** What a feed needs of the browser. */
export interface FeedSurroundings {
  openStream(url: string, listener: StreamListener): () => void;
  watchAttention(watcher: AttentionWatcher): () => void;
  /** In [0, 1). */
  random(): number;
}

const inBrowser: FeedSurroundings = {
  openStream,
  watchAttention: (watcher) => watchAttention(watcher),
  random: Math.random,
};

const pollEveryMs = 5_000;
/** A page whose stream is held back looks now and then whether it passes. */
const streamAgainMs = 60_000;

/**
 * Follows the api for one page, over as many connections as that takes. While the page is looked at it has a stream, or
 * tries to open one; until that speaks it asks every few seconds. While nobody sees it, it has neither.
 */
export function openFeed(source: FeedSource, surroundings: FeedSurroundings = inBrowser): Feed {
  const paced = pacedView<FeedView>({
    transport: 'connecting',
    heardAt: null,
    known: null,
    connects: 0,
    problem: null,
  });
  let endStream: (() => void) | null = null;
  let hasSpoken = false;
  let isAwake = true;
  let hadStream = true;
  let attempt = 0;
  let retry: ReturnType<typeof setTimeout> | undefined;

  const show = (known: Known, transport: Exclude<Transport, 'cut'>): void => {
    const before = paced.newest();
    // Polling tells what is open now, not what changed: what pages read beside it is read anew each time.
    const isNews = transport !== 'stream' || before.transport !== 'stream';
    const urgency = before.known === null || before.transport !== transport ? 'at once' : 'in its turn';
    const connects = before.connects + (isNews ? 1 : 0);
    paced.update({ known, transport, connects, heardAt: Date.now(), problem: null }, urgency);
  };
  const disconnect = (): void => {
    clearTimeout(retry);
    endStream?.();
    endStream = null;
    hasSpoken = false;
  };
  const connect = (): void => {
    disconnect();
    endStream = surroundings.openStream(source.url, { heard, lost, held: () => withoutStream(streamAgainMs) });
  };
  const withoutStream = (restMs: number): void => {
    disconnect();
    retry = setTimeout(connect, restMs);
    polls.start();
  };
  const heard = (event: ApiEvent): void => {
    attempt = 0;
    hasSpoken = true;
    polls.stop();
    show(learn(paced.newest().known, event), 'stream');
  };
  const lost = (): void => {
    const isPolling = paced.newest().transport === 'polling';
    if (!isPolling) paced.update({ transport: 'cut' }, 'at once');
    withoutStream(restBeforeReconnect(attempt++, isPolling, surroundings.random()));
  };
  /** A stream doesn't say why it failed; a request does. @returns whether asking again can help */
  const ask = async (): Promise<boolean> => {
    try {
      const polled = await source.poll();
      if (!hasSpoken) show(learnPolled(paced.newest().known, polled), isAwake ? 'polling' : 'connecting');
      return true;
    } catch (error) {
      const problem = problemOf(error);
      if (hasSpoken) return true;
      const transport = isAwake ? 'cut' : 'connecting';
      paced.update({ transport, ...(!problem.retryable && { problem }) }, 'at once');
      if (!problem.retryable) disconnect();
      return problem.retryable;
    }
  };
  const polls = poller(ask, pollEveryMs);

  const slept = (): void => {
    isAwake = false;
    hadStream = paced.newest().transport === 'stream';
    disconnect();
    polls.stop();
    paced.update({ transport: 'connecting' }, 'in its turn');
  };
  const woke = (): void => {
    const { problem, heardAt, transport } = paced.newest();
    const isOld = heardAt === null || Date.now() - heardAt > silenceMs;
    const isNeeded = !isAwake || transport === 'cut' || isOld;
    // It did not pass before: whoever looks is not kept waiting for it.
    const isDoubtful = !isAwake && !hadStream;
    isAwake = true;
    if (problem !== null || !isNeeded) return;
    connect();
    if (isDoubtful) polls.start();
  };

  const endWatching = surroundings.watchAttention({ slept, woke });
  if (isAwake) connect();
  // Behind others it shows what is the case, once, and keeps no connection from them.
  else void ask();
  return {
    view: paced.shown,
    subscribe: paced.subscribe,
    hurry: paced.hurry,
    close() {
      endWatching();
      disconnect();
      polls.stop();
      paced.close();
    },
  };
}
