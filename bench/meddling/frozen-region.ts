import type { BenchStack } from '../stack/bench-stack.ts';

/** Stops a region's worker where it is, and answers how it goes on: whatever is asked of the region waits meanwhile. */
export type FreezeRegion = (region: string) => Promise<() => void>;

/** One at a time, as cases that go on beside each other share the workers: none may let go what another still holds. */
export function freezeInTurn(stack: Pick<BenchStack, 'process'>): FreezeRegion {
  let last: Promise<void> = Promise.resolve();
  return async (region) => {
    const before = last;
    const { promise, resolve } = Promise.withResolvers<void>();
    last = promise;
    await before;
    const worker = stopped(stack, `region-worker-${region}`, resolve);
    let isFrozen = true;
    return () => {
      if (!isFrozen) return;
      isFrozen = false;
      try {
        process.kill(worker, 'SIGCONT');
      } finally {
        resolve(); // Whatever became of it meanwhile: the next one waits for that.
      }
    };
  };
}

function stopped({ process: find }: Pick<BenchStack, 'process'>, name: string, letNextOn: () => void): number {
  try {
    const worker = find(name).pid();
    if (worker === null) throw new Error(`${name} does not run: it can not be frozen`);
    process.kill(worker, 'SIGSTOP');
    return worker;
  } catch (error) {
    letNextOn();
    throw error;
  }
}
