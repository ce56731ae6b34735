import { setTimeout as delay } from 'node:timers/promises';

/** Keeps looking cheap, whatever a tree holds: the disk and the processor are the service's. */
export interface Pace {
  /** After each small piece of work, such as one file looked at. */
  step(): Promise<void>;
  /** After so many bytes were read. */
  read(bytes: number): Promise<void>;
}

/** Of one processor and one disk, at most about this share. */
const share = 0.1;
const sliceMs = 10;
const readBytesPerMs = (16 * 1024 * 1024) / 1_000;

/** @throws the signal's reason once it has aborted */
export function openPace(signal: AbortSignal): Pace {
  let sliceFrom = performance.now();
  const rest = async (ms: number): Promise<void> => {
    await delay(ms, undefined, { signal });
    sliceFrom = performance.now();
  };
  return {
    async step() {
      const workedMs = performance.now() - sliceFrom;
      if (workedMs >= sliceMs) await rest(Math.min(1_000, workedMs * (1 / share - 1)));
    },
    read: (bytes) => rest(bytes / readBytesPerMs),
  };
}
