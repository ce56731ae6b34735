import type { FeedSource } from './feed.ts';
import { freshness, type Freshness } from './freshness.ts';
import type { Known } from './known.ts';
import { withSilence } from './silence.ts';
import { useFeed, type LiveFeed } from './use-feed.ts';
import { useNow } from './use-now.ts';

export interface Live extends LiveFeed {
  readonly now: number;
  readonly freshness: Freshness;
  /** Everything on the page is of the past: states are shown as what they were. */
  readonly isStale: boolean;
}

/** The feed of a page, with how old its word is now. */
export function useLive(source: FeedSource): Live {
  const feed = useFeed(source);
  const now = useNow();
  const { known, heardAt, transport } = feed;
  const heard: Known | null = known === null || heardAt === null ? null : withSilence(known, heardAt, now);
  const fresh = freshness(transport, heardAt, now);
  // What can't be followed is not being waited for.
  const shown = feed.problem !== null && known === null ? { ...fresh, text: '' } : fresh;

  return { ...feed, known: heard, now, freshness: shown, isStale: fresh.level === 'stale' };
}
