const shortestMs = 1_000;
/** Somebody looks: they see fresh data within 5 s of the api's return. */
const longestVisibleMs = 4_000;
const longestHiddenMs = 30_000;

/**
 * How long to rest before the next try, in ms: twice as long each time, and not all pages at once. `attempt` counts from
 * 0, `random` is in [0, 1).
 */
export function restBeforeReconnect(attempt: number, isVisible: boolean, random: number): number {
  const longest = isVisible ? longestVisibleMs : longestHiddenMs;
  const full = Math.min(shortestMs * 2 ** Math.min(attempt, 10), longest);
  return full * (0.5 + random / 2);
}
