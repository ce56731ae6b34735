import type { ApiEvent, Deployment, DeploymentSummary, Lane, Problem, ServiceHosts } from '../client/api.ts';
import { problemOf } from '../client/problem-of.ts';
import type { Transport } from './freshness.ts';
import { learn, learnPolled, type Known } from './known.ts';
import { onWake } from './on-wake.ts';
import { openStream, silenceMs } from './one-stream.ts';
import { pacedView } from './paced-view.ts';
import { restBeforeReconnect } from './rest-before-reconnect.ts';

/** What a page shows of its feed. */
export interface FeedView {
  readonly transport: Transport;
  /** By this browser's clock, ms. */
  readonly heardAt: number | null;
  readonly known: Known | null;
  /** How often the api was found again, or polled: what happened since the reading before may have been missed. */
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

const pollEveryMs = 5_000;
/** A page that polls looks now and then whether the stream passes. */
const streamAgainMs = 60_000;

/** Follows the api for one page, over as many connections as that takes. */
export function openFeed(source: FeedSource): Feed {
  const paced = pacedView<FeedView>({
    transport: 'connecting',
    heardAt: null,
    known: null,
    connects: 0,
    problem: null,
  });
  let endStream: (() => void) | null = null;
  let attempt = 0;
  let timer = 0;
  let isClosed = false;
  const after = (ms: number, step: () => void): void => {
    window.clearTimeout(timer);
    timer = window.setTimeout(step, ms);
  };

  const show = (known: Known, transport: Transport): void => {
    const before = paced.newest();
    const isFound = transport !== 'cut' && (before.transport === 'cut' || before.transport === 'connecting');
    // Polling tells what is open now, not what changed: what pages read beside it is read anew each time.
    const connects = before.connects + (isFound || transport === 'polling' ? 1 : 0);
    const urgency = before.known === null || before.transport !== transport ? 'at once' : 'in its turn';
    paced.update({ known, transport, connects, heardAt: Date.now(), problem: null }, urgency);
  };
  const heard = (event: ApiEvent): void => {
    attempt = 0;
    show(learn(paced.newest().known, event), 'stream');
  };
  const connect = (): void => {
    window.clearTimeout(timer);
    endStream?.();
    endStream = openStream(source.url, { heard, lost, held: () => void poll(Date.now() + streamAgainMs) });
  };
  const lost = (): void => {
    endStream = null;
    paced.update({ transport: 'cut' }, 'at once');
    // A stream doesn't say why it failed; a request does.
    void ask('cut').then((mayHelp) => mayHelp && endStream === null && after(nextRest(), connect));
  };
  const nextRest = (): number => restBeforeReconnect(attempt++, document.visibilityState === 'visible', Math.random());
  const poll = async (until: number): Promise<void> => {
    endStream = null;
    const mayHelp = await ask('polling');
    if (mayHelp && endStream === null) after(pollEveryMs, () => (Date.now() < until ? void poll(until) : connect()));
  };
  /** @returns whether asking again can help */
  const ask = async (transport: Transport): Promise<boolean> => {
    try {
      const polled = await source.poll();
      if (!isClosed && endStream === null) show(learnPolled(paced.newest().known, polled), transport);
      return !isClosed;
    } catch (error) {
      const problem = problemOf(error);
      if (!isClosed) paced.update({ transport: 'cut', ...(!problem.retryable && { problem }) }, 'at once');
      return !isClosed && problem.retryable;
    }
  };

  const endWaking = onWake(() => {
    const { problem, heardAt, transport } = paced.newest();
    const isOld = heardAt === null || Date.now() - heardAt > silenceMs;
    if (problem === null && (transport === 'cut' || isOld)) connect();
  });
  connect();
  return {
    view: paced.shown,
    subscribe: paced.subscribe,
    hurry: paced.hurry,
    close() {
      isClosed = true;
      endWaking();
      endStream?.();
      window.clearTimeout(timer);
      paced.close();
    },
  };
}
