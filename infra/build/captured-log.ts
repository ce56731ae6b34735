import type { CapturedLog } from '../../activities/build/command-runner.ts';

/** The cause of a failure stands at the end more often than at the beginning. */
const headShare = 1 / 4;

/** Keeps the first and the last part of an output of any length in `capBytes` of memory. */
export function captureLog(capBytes: number): { write(bytes: Buffer): void; end(): CapturedLog } {
  const head = Buffer.alloc(Math.floor(capBytes * headShare));
  // A ring: what comes after the head is written round and round.
  const tail = Buffer.alloc(capBytes - head.length);
  let total = 0;

  const write = (bytes: Buffer): void => {
    let rest = bytes;
    if (total < head.length) {
      const taken = rest.copy(head, total);
      total += taken;
      rest = rest.subarray(taken);
    }
    const skipped = Math.max(0, rest.length - tail.length);
    total += skipped;
    rest = rest.subarray(skipped);
    while (rest.length > 0) {
      const taken = rest.copy(tail, (total - head.length) % tail.length);
      total += taken;
      rest = rest.subarray(taken);
    }
  };

  const end = (): CapturedLog => {
    const inTail = Math.max(0, total - head.length);
    const first = head.subarray(0, Math.min(total, head.length));
    if (inTail <= tail.length) return { bytes: Buffer.concat([first, tail.subarray(0, inTail)]), truncated: false };
    const oldest = inTail % tail.length;
    const gap = Buffer.from(`\n[… ${inTail - tail.length} bytes left out …]\n`);
    return { bytes: Buffer.concat([first, gap, tail.subarray(oldest), tail.subarray(0, oldest)]), truncated: true };
  };
  return { write, end };
}
