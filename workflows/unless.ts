import { CancellationScope, condition } from '@temporalio/workflow';

/** What `work` answers; `null` as soon as it has no more use: then it is cancelled, and not waited for. */
export async function unless<T>(isEnded: () => boolean, work: () => Promise<T>): Promise<T | null> {
  if (isEnded()) return null;
  const scope = new CancellationScope();
  let over = false;
  const result = scope.run(work).finally(() => (over = true));
  result.catch(() => undefined); // awaited below, unless it is left out
  await condition(() => over || isEnded());
  if (over) return result;
  scope.cancel();
  return null;
}
