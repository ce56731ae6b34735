/** Wakes whoever waits; rung while nobody does, it wakes the next one at once. */
export interface Bell {
  ring(): void;
  /** Until rung, or `ms` are over, or the signal it was opened with aborts. One waits at a time. */
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
      if (!rung) await sleep(ms, signal, (end) => (wake = end));
      wake = null;
      rung = false;
    },
    pause: (ms) => sleep(ms, signal),
  };
}

/**
 * Resolves early, and never rejects, when the signal aborts, or when what `onBegin` is given is called. By a timer of its own:
 * a promise that is aborted makes an error with its stack each time, which at thousands of changes an hour is felt.
 */
export function sleep(ms: number, signal: AbortSignal, onBegin?: (end: () => void) => void): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, Math.max(0, Math.min(ms, longestTimerMs)));
    signal.addEventListener('abort', end, { once: true });
    onBegin?.(end);
  });
}
