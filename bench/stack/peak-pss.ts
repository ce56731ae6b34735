import type { BenchStack } from './bench-stack.ts';
import { usageByProgram } from './process-usage.ts';

/** Reading it costs the kernel a walk over all pages. */
const lookEveryMs = 5_000;

/** Looks at the memory of the whole stack, hosts included, every 5 s; `stop` answers the most that it has seen, in bytes. */
export function peakPss(stack: BenchStack): { readonly stop: () => number } {
  let most = 0;
  const look = (): void => {
    const now = Object.values(usageByProgram(stack)).reduce((sum, { pssBytes }) => sum + pssBytes, 0);
    most = Math.max(most, now);
  };
  look();
  const timer = setInterval(look, lookEveryMs);
  return {
    stop() {
      clearInterval(timer);
      look();
      return most;
    },
  };
}
