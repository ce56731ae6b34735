import { CancellationScope, condition } from '@temporalio/workflow';
import type { Stop } from '../../domain/deployment/ending.ts';

/** Work that something else may end, as soon as that says why; what was done stays registered to be undone. */
export async function unless(bad: () => Stop | null, work: () => Promise<Stop | null>): Promise<Stop | null> {
  const scope = new CancellationScope();
  let over = false;
  const result = scope.run(work).finally(() => (over = true));
  result.catch(() => undefined); // awaited below, unless it is ended first
  await condition(() => over || bad() !== null);
  if (over) return result;
  scope.cancel();
  return bad();
}
