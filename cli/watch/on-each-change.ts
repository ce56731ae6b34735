import type { ApiEvent } from '../../protocol/api/events.ts';
import { rest } from '../rest.ts';

/** Nobody reads faster. */
const shortestMs = 1_000;

/**
 * Acts on what the stream tells, one act at a time and at most one a second: what happens meanwhile is one more.
 * @throws whatever the stream or the act throws; the signal's reason when it aborts
 */
export async function onEachChange(
  open: (signal: AbortSignal) => AsyncIterable<ApiEvent>,
  act: () => Promise<void>,
  interrupted: AbortSignal,
): Promise<never> {
  const ended = new AbortController();
  const signal = AbortSignal.any([interrupted, ended.signal]);
  let changed = Promise.withResolvers<void>();
  const listening = (async (): Promise<never> => {
    for await (const event of open(signal)) if (event.type !== 'heartbeat') changed.resolve();
    throw new Error('the events ended');
  })();
  // Whoever waits for a change hears of it; while somebody acts nobody does.
  listening.catch(() => undefined);
  try {
    for (;;) {
      await Promise.race([changed.promise, listening]);
      changed = Promise.withResolvers();
      await act();
      await rest(shortestMs, signal);
    }
  } finally {
    ended.abort();
  }
}
