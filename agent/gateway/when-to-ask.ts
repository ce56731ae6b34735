import type { HostLoop } from '../host-loop.ts';
import { openBell } from './bell.ts';
import type { ReportBook } from './report-book.ts';

export interface Acting {
  readonly loop: Pick<HostLoop, 'onChange'>;
  readonly book: Pick<ReportBook, 'now'>;
  readonly signal: AbortSignal;
}

/** With no news for so long, what is on its way here takes its time, and the next goal is heard meanwhile. */
const quietMs = 1_000;
/** Whatever is on its way: a release that is undone is heard of. */
const longestMs = 5_000;

/**
 * Resolves when a host that was answered asks again: at once with nothing on its way here, else when what came is healthy or
 * has failed. Until then it reports on the connection that a poll would hold: a second one costs its gateway a handshake, and as
 * much memory again, which a region whose hosts all switch has least of.
 */
export async function whenToAsk({ loop, book, signal }: Acting): Promise<void> {
  let statement = book.now();
  if (!statement.isActing) return;
  const bell = openBell(signal);
  const unsubscribe = loop.onChange(() => bell.ring());
  const startedAt = performance.now();
  let quietSince = startedAt;
  const leftMs = (): number => Math.min(quietSince + quietMs, startedAt + longestMs) - performance.now();
  try {
    while (!signal.aborted && statement.isActing && leftMs() > 0) {
      await bell.wait(leftMs());
      const now = book.now();
      if (now.text !== statement.text) quietSince = performance.now();
      statement = now;
    }
  } finally {
    unsubscribe();
  }
}
