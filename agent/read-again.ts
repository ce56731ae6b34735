import { sleep } from './gateway/bell.ts';

/** What a host lacks it mostly lacks for a moment. */
const readAgainMs = 1_000;
/** What lasts is still found in a log of which the beginning is gone. */
const tellAgainMs = 600_000;

/** Says each reason once, and whatever it is by then again after ten minutes. */
export function nowAndThen(say: (reason: string) => void): (reason: string) => void {
  const told = new Set<string>();
  let saidAt = Number.NEGATIVE_INFINITY;
  return (reason) => {
    const now = performance.now();
    if (told.has(reason) && now - saidAt < tellAgainMs) return;
    told.add(reason);
    saidAt = now;
    say(reason);
  };
}

export interface Rereading {
  /** Whether another try may find what this one did not. */
  readonly isUnread: (error: unknown) => boolean;
  /** Called with why, each time. */
  readonly tell: (reason: string) => void;
  readonly signal: AbortSignal;
}

/** Reads again each second until it could. @throws any other error; once the signal has aborted, what it met last */
export async function untilRead<T>(read: () => Promise<T>, { isUnread, tell, signal }: Rereading): Promise<T> {
  for (;;) {
    try {
      return await read();
    } catch (error) {
      if (!isUnread(error) || signal.aborted) throw error;
      tell((error as Error).message);
    }
    await sleep(readAgainMs, signal);
  }
}
