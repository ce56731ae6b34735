import type { HostLoop } from '../host-loop.ts';

/** So many numbers are set aside with one journal entry: ten minutes, by the clock in ms that they follow. */
const reservedAhead = 600_000;

const lastOf = new WeakMap<HostLoop, number>();

/** Grows with each report, over restarts and set-back clocks: the clock in ms, or one more than the last. */
export async function nextSequence(loop: HostLoop, nowMs = Date.now()): Promise<number> {
  const last = lastOf.get(loop) ?? loop.state.sequenceCeiling;
  const sequence = Math.max(nowMs, last + 1);
  lastOf.set(loop, sequence);
  if (sequence > loop.state.sequenceCeiling) {
    await loop.dispatch({ type: 'sequenceReserved', ceiling: sequence + reservedAhead, atMs: nowMs });
  }
  return sequence;
}
