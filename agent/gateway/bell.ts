import { setTimeout as delay } from 'node:timers/promises';

/** Wakes whoever waits; rung while nobody does, it wakes the next one at once. */
export interface Bell {
  ring(): void;
  /** Until rung, or `ms` are over, or the signal it was opened with aborts. */
  wait(ms: number): Promise<void>;
  /** As `wait`, but deaf to the bell. */
  pause(ms: number): Promise<void>;
}

const longestTimerMs = 2 ** 31 - 1;

export function openBell(signal: AbortSignal): Bell {
  let rung = false;
  let wake: (() => void) | null = null;
  return {
    ring() {
      rung = true;
      wake?.();
    },
    async wait(ms) {
      if (rung) {
        rung = false;
        return;
      }
      const woken = new AbortController();
      wake = () => woken.abort();
      await sleep(ms, AbortSignal.any([signal, woken.signal]));
      wake = null;
      rung = false;
    },
    pause: (ms) => sleep(ms, signal),
  };
}

/** Resolves early, and never rejects, when the signal aborts. */
export const sleep = (ms: number, signal: AbortSignal): Promise<void> =>
  delay(Math.max(0, Math.min(ms, longestTimerMs)), undefined, { signal }).catch(() => undefined);
