import { lockText } from '../../domain/progress/lock-text.ts';
import { counted } from '../../domain/progress/plain-text.ts';
import type { DeployAnswer } from '../../protocol/api/deployment.ts';
import type { Lane } from '../../protocol/api/lane.ts';

/** When a deployment that was asked for is in effect. @param lane as it was just before */
export function whenItStarts({ ahead, lock }: DeployAnswer, lane: Lane): string {
  if (lock !== null) return `when the lane is unlocked: ${lockText(lock)}`;
  return ahead === 0 ? 'now: it goes through its checks, approvals and regions' : `after ${thoseBefore(ahead, lane)}`;
}

/** `checkout/87 and 2 more`; what came into the lane since then is counted, and can't be named. */
function thoseBefore(ahead: number, { active, queue }: Lane): string {
  const first = active ?? queue[0];
  if (first === undefined) return `${counted(ahead, 'deployment')} before it`;
  return ahead === 1 ? first.deployment : `${first.deployment} and ${ahead - 1} more`;
}
