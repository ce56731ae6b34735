/** Told when a page is looked at, and when it is not. */
export interface AttentionWatcher {
  /** Nobody has seen it for a while. Told at once when it is opened behind others. */
  slept(): void;
  /** It is seen again, or the network is back while it is. */
  woke(): void;
}

/**
 * Over HTTP/1.1 a browser has six connections to an api for all its tabs. Whoever turns tabs over quickly must not wait
 * for those that lie behind, and who glances at another one needs no new connection.
 */
export const sleepAfterMs = 2_000;

type Page = EventTarget & Pick<Document, 'visibilityState'>;

/** @returns ends it */
export function watchAttention(
  { slept, woke }: AttentionWatcher,
  page: Page = document,
  network: EventTarget = window,
): () => void {
  let falling: ReturnType<typeof setTimeout> | undefined;
  const look = (): void => {
    clearTimeout(falling);
    if (page.visibilityState === 'visible') woke();
    else falling = setTimeout(slept, sleepAfterMs);
  };
  const online = (): void => {
    if (page.visibilityState === 'visible') woke();
  };
  page.addEventListener('visibilitychange', look);
  network.addEventListener('online', online);
  if (page.visibilityState !== 'visible') slept();
  return () => {
    clearTimeout(falling);
    page.removeEventListener('visibilitychange', look);
    network.removeEventListener('online', online);
  };
}
