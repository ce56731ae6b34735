/** Heap that may be garbage before it is looked for. */
const growthBytes = 3 * 1024 * 1024;
const lookEveryMs = 10_000;

export interface Heap {
  /** The whole heap is collected; left out where Node was started without `--expose-gc`. */
  readonly collect: (() => void) | undefined;
  /** With the buffers that lie beside it, and go when it is collected. */
  usedBytes(): number;
}

export const ownHeap = (): Heap => ({
  collect: globalThis.gc as Heap['collect'],
  usedBytes: () => {
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return heapUsed + arrayBuffers;
  },
});

/**
 * Keeps an agent as small as what it needs. V8 looks through the older part of a heap only when that has grown by 8 MiB or half;
 * until then garbage of days of reports and looks is kept, and what a heap once had it hardly gives back. A whole collection takes
 * some 10 ms, and one is enough for hours at rest (docs/results.md, "Hours"). What the start left is collected at the first look.
 */
export function keepHeapSmall({ collect, usedBytes }: Heap = ownHeap(), everyMs = lookEveryMs): { close(): void } {
  if (collect === undefined) return { close: () => undefined };
  let least = 0;
  const look = (): void => {
    if (usedBytes() < least + growthBytes) return;
    collect();
    least = usedBytes();
  };
  const timer = setInterval(look, everyMs).unref();
  return { close: () => clearInterval(timer) };
}
