import { lasted } from '../domain/progress/plain-text.ts';

/** What becomes of the connection to the api while something is followed. Times in ms since 1970. */
export type ConnectionNews =
  /** What is shown is as it was at the last word, `null` before the first. It is tried again by itself. */
  | { readonly type: 'cut'; readonly why: string; readonly since: number; readonly asOf: number | null }
  | { readonly type: 'found'; readonly afterMs: number }
  /** Nothing streams: the api is asked again and again. What is shown is fresh. */
  | { readonly type: 'polled'; readonly why: string };

export type Cut = Extract<ConnectionNews, { type: 'cut' }>;

/** One line, for where lines stay. */
export function connectionSentence(news: ConnectionNews): string {
  switch (news.type) {
    case 'cut':
      return `${cutText(news)}: ${news.why}; connecting again`;
    case 'found':
      return `connected again after ${lasted(news.afterMs)}`;
    case 'polled':
      return `${news.why}; asking again and again instead`;
  }
}

/** `as of 12:04:31Z, no connection since 12:04:41Z` */
export function cutText({ since, asOf }: Cut): string {
  const cut = `no connection since ${secondText(since)}`;
  return asOf === null ? cut : `as of ${secondText(asOf)}, ${cut}`;
}

/** `12:04:31Z` */
export const secondText = (at: number): string => `${new Date(at).toISOString().slice(11, 19)}Z`;

/** Tells of each cut once, and once of its end; and once that nothing streams, until something does. */
export interface ConnectionWatch {
  /** The stream said something. */
  heard(): void;
  lost(why: string): void;
  /** The api was asked, because nothing streams, and has answered. */
  polled(why: string): void;
}

export function watchConnection(tell: (news: ConnectionNews) => void): ConnectionWatch {
  let heardAt: number | null = null;
  let cutAt: number | null = null;
  let polledSince: number | null = null;
  return {
    heard() {
      const now = Date.now();
      const since = cutAt ?? polledSince;
      if (since !== null) tell({ type: 'found', afterMs: now - since });
      [cutAt, polledSince, heardAt] = [null, null, now];
    },
    lost(why) {
      if (cutAt !== null) return;
      cutAt = Date.now();
      tell({ type: 'cut', why, since: cutAt, asOf: heardAt });
    },
    polled(why) {
      const now = Date.now();
      if (cutAt !== null) tell({ type: 'found', afterMs: now - cutAt });
      // Who was told of the cut's end would believe that it streams.
      if (cutAt !== null || polledSince === null) tell({ type: 'polled', why });
      [cutAt, polledSince, heardAt] = [null, polledSince ?? now, now];
    },
  };
}
