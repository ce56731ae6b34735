import { useEffect, useState, useSyncExternalStore } from 'react';
import { openFeed, type Feed, type FeedSource, type FeedView } from './feed.ts';

export interface LiveFeed extends FeedView {
  /** To be called when a person has done something. */
  readonly hurry: () => void;
}

const unopened: FeedView = { transport: 'connecting', heardAt: null, known: null, connects: 0, problem: null };
const noSubscription = (): (() => void) => () => undefined;

/** The feed of a page for as long as it is shown; `source` has to be the same object until it means another feed. */
export function useFeed(source: FeedSource): LiveFeed {
  const [feed, setFeed] = useState<Feed | null>(null);
  useEffect(() => {
    const opened = openFeed(source);
    setFeed(opened);
    return () => {
      setFeed(null);
      opened.close();
    };
  }, [source]);
  const view = useSyncExternalStore(feed?.subscribe ?? noSubscription, () => feed?.view() ?? unopened);
  return { ...view, hurry: () => feed?.hurry() };
}
