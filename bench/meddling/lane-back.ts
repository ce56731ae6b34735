import { laneQuery, laneWorkflowId, type LaneStatus } from '../../workflows/messages/lane.ts';
import { until } from '../frame/until.ts';
import type { Arrived } from './arrivals.ts';
import { lockReason } from './arrivals.ts';
import { longestMs } from './rows.ts';
import type { Track } from './track.ts';

/**
 * When another run of the lane is there, and knows what is active, what waits, and the lock. A lane with nothing to do is
 * opened by what comes next.
 */
export async function untilLaneIsBack(track: Track, arrived: Arrived, closedRun: string): Promise<void> {
  if (arrived.active === null && arrived.queued === null) return;
  const { stack, service, signal } = track;
  const handle = stack.temporal.workflow.getHandle(laneWorkflowId(service));
  await until(`the lane of ${service} to be back`, { limitMs: longestMs, signal }, async () => {
    const { runId, status } = await handle.describe();
    if (runId === closedRun || status.name !== 'RUNNING') return undefined;
    const lane = await handle.query(laneQuery).catch(() => null); // it has not loaded yet
    return lane !== null && isAsBefore(lane, arrived) ? true : undefined;
  });
}

function isAsBefore({ active, queue, lock }: LaneStatus, arrived: Arrived): boolean {
  const isActive = (active?.deployment ?? null) === (arrived.active?.deployment ?? null);
  const waits = queue.map(({ deployment }) => deployment);
  const isQueued = arrived.queued === null || waits.includes(arrived.queued.deployment);
  // Where nothing is active, only a lock keeps what waits.
  return isActive && isQueued && (arrived.active !== null || lock?.reason === lockReason);
}
