const shortestMs = 1_000;
/** Whoever looks at the page sees fresh data within 5 s of the api's return. */
const longestMs = 4_000;
/** The page is fresh without the stream. */
const longestWhilePollingMs = 30_000;

/**
 * How long to rest before the next try, in ms: twice as long each time, and not all pages at once. `attempt` counts from
 * 0, `random` is in [0, 1).
 */
export function restBeforeReconnect(attempt: number, isPolling: boolean, random: number): number {
  const longest = isPolling ? longestWhilePollingMs : longestMs;
  const full = Math.min(shortestMs * 2 ** Math.min(attempt, 10), longest);
  return full * (0.5 + random / 2);
}
