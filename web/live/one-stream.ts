import type { ApiEvent } from '../client/api.ts';

export interface StreamListener {
  heard(event: ApiEvent): void;
  /** It was cut, refused, or has fallen silent. */
  lost(): void;
  /** It is open, and nothing comes through: a proxy gathers what should stream. */
  held(): void;
}

/** The first event is sent at once (protocol of `GET /v1/events`). */
const firstEventMs = 5_000;
/** The api says something every 10 s: after this long without a word the connection is dead. */
export const silenceMs = 25_000;
const eventTypes = ['snapshot', 'change', 'hosts', 'reset', 'heartbeat'] as const;

/** One connection; it is told at most once that it is over. @returns ends it */
export function openStream(url: string, listener: StreamListener): () => void {
  const source = new EventSource(url);
  let watch = 0;
  const close = (): void => {
    window.clearTimeout(watch);
    source.close();
  };
  const expectWithin = (ms: number, otherwise: () => void): void => {
    window.clearTimeout(watch);
    watch = window.setTimeout(() => {
      close();
      otherwise();
    }, ms);
  };
  expectWithin(firstEventMs, () => listener.held());
  for (const type of eventTypes)
    source.addEventListener(type, (message: MessageEvent<string>) => {
      expectWithin(silenceMs, () => listener.lost());
      listener.heard(JSON.parse(message.data) as ApiEvent);
    });
  // It would come back by itself, but neither soon nor late enough, and not after every kind of refusal.
  source.addEventListener('error', () => {
    close();
    listener.lost();
  });
  return close;
}
