import type { BenchStack } from '../stack/bench-stack.ts';

/** Stops a region's worker where it is, and answers how it goes on: whatever is asked of the region waits meanwhile. */
export type FreezeRegion = (region: string) => Promise<() => void>;

/** One at a time, as cases that go on beside each other share the workers: none may let go what another still holds. */
export function freezeInTurn(stack: BenchStack): FreezeRegion {
  let last: Promise<void> = Promise.resolve();
  return async (region) => {
    const before = last;
    const { promise, resolve } = Promise.withResolvers<void>();
    last = promise;
    await before;
    const worker = stack.process(`region-worker-${region}`).pid()!;
    process.kill(worker, 'SIGSTOP');
    let isFrozen = true;
    return () => {
      if (!isFrozen) return;
      isFrozen = false;
      process.kill(worker, 'SIGCONT');
      resolve();
    };
  };
}
