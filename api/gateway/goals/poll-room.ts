import type { HostId, ServiceName } from '../../../domain/names.ts';
import { atLeisure } from './at-leisure.ts';
import type { Turn } from './goal-board.ts';
import { inTurns } from './in-turns.ts';

/** Polls that are held open: one a host, because a host that asks again has given up the poll before. */
export interface PollRoom {
  /**
   * Resolves when a change asks the host for something at once, with the service; with `null` when it is told by and by, when a newer
   * poll of it comes, when it is called, or after `waitMs`.
   */
  wait(host: HostId, waitMs: number, isNews: IsNews, held: HeldAnswer, askedAtMs?: number): Promise<ServiceName | null>;
  /** What the region says of the host itself has changed: its poll is answered, also one that was asked before and waits later. */
  call(host: HostId): void;
  /**
   * Something changed about a service: answers those to whom it is news, in the turn that each has, and thousands not in one
   * breath. Whose turn is soon waits until nobody else has to be told; whose turn is later, until its poll is over.
   */
  look(service: ServiceName, turnOf?: (host: HostId) => Turn): void;
  /** Answers all: they are asked for something. */
  callAll(): void;
  /**
   * To be called when an answer was sent: while others wait for theirs, nothing more is read of this connection. The next poll
   * takes longer than an answer, so that the last of thousands would hear of a goal when all others have asked again.
   */
  answered(connection: Connection): void;
  /**
   * Cuts all, and holds none from now on: the gateway ends. Whoever gets no answer comes back by its jitter, to another one where
   * there is one; whoever got one would ask again at once, with all others.
   */
  close(): void;
  size(): number;
}

export interface Connection {
  pause(): unknown;
  resume(): unknown;
}

export type IsNews = (service: ServiceName) => boolean;

/** What a host waits on: its answer, which is closed before it was sent when the host gives up. */
export interface HeldAnswer {
  readonly closed: boolean;
  once(event: 'close', listener: () => void): unknown;
  off(event: 'close', listener: () => void): unknown;
  /** With its connection. */
  destroy(): unknown;
}

interface Waiting {
  readonly isNews: IsNews;
  readonly host: HostId;
  readonly held: HeldAnswer;
  readonly answer: (of: ServiceName | null) => void;
}

interface Told {
  readonly poll: Waiting;
  readonly of: ServiceName | null;
}

export function openPollRoom(): PollRoom {
  const waiting = new Map<HostId, Waiting>();
  /** When a host was called last: few ever are. */
  const called = new Map<HostId, number>();
  const tell = ({ poll, of }: Told): void => poll.answer(of);
  const answers = inTurns(tell);
  const isDue = ({ poll }: Told): boolean => waiting.get(poll.host) === poll;
  const soon = atLeisure(tell, { isBusy: answers.isBusy, isDue });
  const endWait = (host: HostId): void => waiting.get(host)?.answer(null);
  let open = true;
  return {
    async wait(host, waitMs, isNews, held, askedAtMs = Infinity) {
      endWait(host);
      if (!open) held.destroy();
      if (!open || held.closed || (called.get(host) ?? -Infinity) >= askedAtMs) return null;
      const { promise, resolve } = Promise.withResolvers<ServiceName | null>();
      const own: Waiting = { host, isNews, held, answer: resolve };
      waiting.set(host, own);
      const end = (): void => resolve(null);
      const timer = setTimeout(end, waitMs);
      held.once('close', end);
      const asked = await promise;
      held.off('close', end);
      clearTimeout(timer);
      // The place may be a newer poll's by now.
      if (waiting.get(host) === own) waiting.delete(host);
      return asked;
    },
    look(service, turnOf = () => 'next') {
      const news = [...waiting.values()].filter(({ isNews }) => isNews(service));
      const told = Map.groupBy(
        news.map((poll): Told => ({ poll, of: service })),
        ({ poll: { host } }) => turnOf(host),
      );
      answers.add(told.get('first') ?? [], told.get('next') ?? []);
      soon.add((told.get('soon') ?? []).map(({ poll }) => ({ poll, of: null })));
    },
    call(host) {
      called.set(host, performance.now());
      endWait(host);
    },
    callAll: () =>
      answers.add(
        [],
        [...waiting.values()].map((poll) => ({ poll, of: null })),
      ),
    answered(connection) {
      if (!answers.isBusy()) return;
      connection.pause();
      answers.afterwards(() => void connection.resume());
    },
    close() {
      open = false;
      for (const { held } of waiting.values()) held.destroy();
    },
    size: () => waiting.size,
  };
}
