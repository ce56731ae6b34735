import { setTimeout as sleep } from 'node:timers/promises';

/** Lets a loop sleep until somebody wakes it. A call while it is awake isn't lost: its next sleep ends at once. */
export interface WakeUp {
  wake(): void;
  /** Returns when woken, after `ms`, or when `signal` aborts. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

export function createWakeUp(): WakeUp {
  let woken = new AbortController();
  return {
    wake: () => woken.abort(),
    async sleep(ms, signal) {
      await sleep(ms, undefined, { signal: AbortSignal.any([woken.signal, signal]) }).catch(() => undefined);
      if (woken.signal.aborted) woken = new AbortController();
    },
  };
}
