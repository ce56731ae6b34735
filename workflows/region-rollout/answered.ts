import { condition } from '@temporalio/workflow';
import type { RegionRun } from './region-run.ts';
import { report } from './region-run.ts';

/** A step takes well below a second; a minute covers a restart of the region's worker and database. */
const answerWithinMs = 60_000;

/**
 * Waits for a region's answer as long as it takes. After a minute the region is shown as unreachable; when it answers it
 * goes on by itself. An abort cancels the scope around this, at any time.
 */
export async function answered<T>(run: RegionRun, call: Promise<T>): Promise<T> {
  let over = false;
  const answer = call.finally(() => (over = true));
  answer.catch(() => undefined); // awaited below, unless the wait is cancelled first
  if (run.progress.state !== 'unreachable') {
    const inTime = await condition(() => over, answerWithinMs, { summary: `${run.input.region} has to answer` });
    if (!inTime) unreachable(run);
  }
  const result = await answer;
  if (run.progress.state === 'unreachable') reachable(run);
  return result;
}

export function unreachable(run: RegionRun): void {
  const { region } = run.input;
  report(run, {
    event: 'region-unreachable',
    message: `${region} does not answer; it goes on by itself when it does`,
    state: 'unreachable',
    reason: 'does not answer',
  });
}

function reachable(run: RegionRun): void {
  report(run, {
    event: 'region-reachable',
    message: `${run.input.region} answers again`,
    state: 'rolling',
    reason: null,
  });
}
