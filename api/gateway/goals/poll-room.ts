import type { Socket } from 'node:net';
import type { HostId, ServiceName } from '../../../domain/names.ts';
import { inTurns } from './in-turns.ts';

/** Polls that are held open: one a host, because a host that asks again has given up the poll before. */
export interface PollRoom {
  /** Resolves when a change is news to the host, when a newer poll of it comes, or after `waitMs`. */
  wait(host: HostId, waitMs: number, isNews: IsNews, asking: Asking, askedAtMs?: number): Promise<void>;
  /** What the region says of the host itself has changed: its poll is answered, also one that was asked before and waits later. */
  call(host: HostId): void;
  /**
   * Something changed about a service: answers those to whom it is news, who is `isFirst` before the others, and thousands
   * not in one breath.
   */
  look(service: ServiceName, isFirst?: (host: HostId) => boolean): void;
  /** Answers all: they are asked for something. */
  callAll(): void;
  /**
   * To be called when an answer was sent: while others wait for theirs, nothing more is read of this connection. The next poll
   * takes longer than an answer, so that the last of thousands would hear of a goal when all others have asked again.
   */
  answered(socket: Pick<Socket, 'pause' | 'resume'>): void;
  /** Answers all, and holds none from now on: the gateway ends. */
  close(): void;
  size(): number;
}

export type IsNews = (service: ServiceName) => boolean;

/** What a host waits on: its answer, which is closed before it was sent when the host gives up. */
export interface Asking {
  readonly closed: boolean;
  once(event: 'close', listener: () => void): unknown;
  off(event: 'close', listener: () => void): unknown;
}

interface Waiting {
  readonly isNews: IsNews;
  readonly host: HostId;
  readonly answer: () => void;
}

export function openPollRoom(): PollRoom {
  const waiting = new Map<HostId, Waiting>();
  /** When a host was called last: few ever are. */
  const called = new Map<HostId, number>();
  const answers = inTurns<Waiting>(({ answer }) => answer());
  let open = true;
  return {
    async wait(host, waitMs, isNews, asking, askedAtMs = Infinity) {
      waiting.get(host)?.answer();
      if (!open || asking.closed || (called.get(host) ?? -Infinity) >= askedAtMs) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      const own: Waiting = { host, isNews, answer: resolve };
      waiting.set(host, own);
      const timer = setTimeout(resolve, waitMs);
      asking.once('close', resolve);
      await promise;
      asking.off('close', resolve);
      clearTimeout(timer);
      // The place may be a newer poll's by now.
      if (waiting.get(host) === own) waiting.delete(host);
    },
    look(service, isFirst = () => false) {
      const told = Map.groupBy(
        [...waiting.values()].filter(({ isNews }) => isNews(service)),
        ({ host }) => isFirst(host),
      );
      answers.add(told.get(true) ?? [], told.get(false) ?? []);
    },
    call(host) {
      called.set(host, performance.now());
      waiting.get(host)?.answer();
    },
    callAll: () => answers.add([], [...waiting.values()]),
    answered(socket) {
      if (!answers.isBusy()) return;
      socket.pause();
      answers.afterwards(() => socket.resume());
    },
    close() {
      open = false;
      for (const { answer } of waiting.values()) answer();
    },
    size: () => waiting.size,
  };
}
