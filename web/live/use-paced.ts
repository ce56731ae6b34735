import { useEffect, useState } from 'react';

/** Follows `value`, at most once in `everyMs`: what costs a request is not asked for with each event. */
export function usePaced<T>(value: T, everyMs: number): T {
  const [paced, setPaced] = useState({ value, at: 0 });
  useEffect(() => {
    if (Object.is(paced.value, value)) return;
    const restMs = Math.max(0, paced.at + everyMs - performance.now());
    const turn = window.setTimeout(() => setPaced({ value, at: performance.now() }), restMs);
    return () => window.clearTimeout(turn);
  }, [value, everyMs, paced]);
  return paced.value;
}
