import { setTimeout as delay } from 'node:timers/promises';

const lookEveryMs = 50;

/**
 * Looks every 50 ms, unless told otherwise, until the answer isn't undefined. @throws Error after `limitMs`; the signal's reason when it aborts;
 * whatever a look throws
 */
export async function until<Answer>(
  what: string,
  {
    limitMs,
    signal,
    everyMs = lookEveryMs,
  }: { readonly limitMs: number; readonly signal: AbortSignal; readonly everyMs?: number },
  look: () => Promise<Answer | undefined>,
): Promise<Answer> {
  const deadline = performance.now() + limitMs;
  for (;;) {
    signal.throwIfAborted();
    const answer = await look();
    if (answer !== undefined) return answer;
    if (performance.now() > deadline) throw new Error(`waited ${limitMs / 1000} s in vain for ${what}`);
    await delay(everyMs);
  }
}
