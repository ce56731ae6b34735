/** Asks the same question again and again. */
export interface Poller {
  /** Asks at once, and `everyMs` after each answer. One that asks already goes on as it does. */
  start(): void;
  stop(): void;
}

/** @param ask tells whether asking again can help; it never throws */
export function poller(ask: () => Promise<boolean>, everyMs: number): Poller {
  let timer: ReturnType<typeof setTimeout> | undefined;
  /** Which series of questions goes on; `null` when none does. An answer of an earlier one starts nothing. */
  let current: object | null = null;
  const next = async (mine: object): Promise<void> => {
    const mayHelp = await ask();
    if (mine !== current) return;
    if (mayHelp) timer = setTimeout(() => void next(mine), everyMs);
    else current = null;
  };
  return {
    start() {
      if (current !== null) return;
      current = {};
      void next(current);
    },
    stop() {
      clearTimeout(timer);
      current = null;
    },
  };
}
