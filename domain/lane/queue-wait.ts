import type { Wait } from '../progress/waiting.ts';
import { ahead, type LaneState, type OpenDeployment } from './lane.ts';

/** What a deployment waits for that its lane has not started; `null` when it is its turn. */
export function queueWait(lane: LaneState, { deployment, kind }: OpenDeployment): Wait | null {
  if (lane.lock !== null && kind !== 'rollback') return { for: 'unlock', lock: lane.lock };
  const before = ahead(lane, deployment);
  return before === 0 ? null : { for: 'turn', ahead: before, active: lane.active?.deployment ?? null };
}
