import type { Wait } from '../progress/waiting.ts';
import { ahead, passesLock, type LaneState, type OpenDeployment } from './lane.ts';

/** What a deployment waits for that its lane has not started; `null` when it is its turn. */
export function queueWait(lane: LaneState, waiting: OpenDeployment): Wait | null {
  const { deployment } = waiting;
  if (lane.lock !== null && !passesLock(waiting)) return { for: 'unlock', lock: lane.lock };
  const before = ahead(lane, deployment);
  return before === 0 ? null : { for: 'turn', ahead: before, active: lane.active?.deployment ?? null };
}
