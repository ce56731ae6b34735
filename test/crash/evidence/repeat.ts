import { setTimeout as delay } from 'node:timers/promises';

export interface Closable {
  close(): Promise<void>;
}

/** Looks again and again until closed, never twice at once. A look that fails, because something was killed, is skipped. */
export function repeat(everyMs: number, look: () => void | Promise<void>): Closable {
  const end = new AbortController();
  const loop = (async () => {
    while (!end.signal.aborted) {
      await attempt(look);
      await delay(everyMs, undefined, { signal: end.signal }).catch(() => undefined);
    }
  })();
  return {
    async close() {
      end.abort();
      await loop;
    },
  };
}

async function attempt(look: () => void | Promise<void>): Promise<void> {
  try {
    await look();
  } catch {
    // Looked at again the next time.
  }
}
