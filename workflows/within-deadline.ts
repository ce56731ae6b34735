import { CancellationScope, condition } from '@temporalio/workflow';

export interface Deadline {
  readonly ms: number;
  /** What the timer is for, in Temporal's Web UI. */
  readonly summary: string;
  /** Ends the wait before the deadline; asked after each event of the workflow. */
  readonly enough?: () => boolean;
}

/** The work's result, or `too late`: then the work is cancelled and not waited for. Rejects when the work does in time. */
export async function withinDeadline<T>(
  { ms, summary, enough = () => false }: Deadline,
  work: () => Promise<T>,
): Promise<T | 'too late'> {
  const scope = new CancellationScope();
  let over = false;
  const result = scope.run(work).finally(() => (over = true));
  result.catch(() => undefined); // awaited below if it is in time
  await condition(() => over || enough(), ms, { summary });
  if (over) return result;
  scope.cancel();
  return 'too late';
}
