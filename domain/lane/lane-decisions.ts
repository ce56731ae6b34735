/** What a lane answers to people. Refusals are data: validators throw them, handlers answer them. */
import { lockSinceText } from '../progress/lock-text.ts';
import type { DeploymentNumber, ReleaseNumber, ServiceName } from '../names.ts';
import type { LaneLock, LaneState, OpenDeployment } from './lane.ts';

export type SubmitDecision =
  | { readonly outcome: 'accept' }
  | { readonly outcome: 'refuse'; readonly code: 'lane-locked'; readonly message: string };

/** A merge always queues. A person who deploys on a locked lane is told who holds it, unless they chose to wait. */
export function decideSubmit(
  state: LaneState,
  { queueWhenLocked }: { readonly queueWhenLocked: boolean },
): SubmitDecision {
  if (state.lock === null || queueWhenLocked) return { outcome: 'accept' };
  return { outcome: 'refuse', code: 'lane-locked', message: lockSinceText(state.lock) };
}

/** `null` when it waits in the queue and can be taken out of it, else why not. */
export function whyNotWithdrawn(
  { active, queue }: LaneState,
  service: ServiceName,
  deployment: DeploymentNumber,
): string | null {
  if (queue.some((waiting) => waiting.deployment === deployment)) return null;
  const name = `${service}/${deployment}`;
  return active?.deployment === deployment ? `${name} has begun: abort it` : `${name} doesn't wait in the queue`;
}

/** How far the active deployment has come; decided by the deployment, not by the lane. */
export type ActiveReach =
  | 'none'
  /** Has changed no region. */
  | 'untouched'
  | 'touched'
  /** Past its point of no return: it can only succeed, and is what has to be rolled back. */
  | 'finishing';

export interface RollbackRequest {
  readonly by: string;
  readonly reason: string;
  /** RFC 3339, UTC. */
  readonly at: string;
  readonly reach: ActiveReach;
  /** It names a release or regions: more, or less, than what was there before comes back. */
  readonly named?: boolean;
  /** The release that it names, and whether it names regions. */
  readonly to?: ReleaseNumber | undefined;
  readonly limited?: boolean;
  /** Of the message: what the same one has opened is its answer. */
  readonly key?: string;
}

/**
 * - `abort`: the active deployment undoes what it did.
 * - `open`: cancel the one named, if any; then open a deployment of kind `rollback`. It goes to the release that
 *   `domain/history` names, or, if `finishing` names a deployment, to what that one replaces, and starts when that has
 *   ended.
 * - `await`: a rollback is open already, and this is the answer, unless another place was named.
 * - `refuse`: a rollback that names where it goes would meet, there, the undo of what is active and has touched a region; or
 *   one that is open already.
 *
 * `lock` is set at once, so that nothing queued starts behind the rollback.
 */
export type RollbackDecision =
  | { readonly do: 'abort'; readonly deployment: OpenDeployment; readonly lock: LaneLock }
  | {
      readonly do: 'open';
      readonly cancel: OpenDeployment | null;
      readonly finishing: OpenDeployment | null;
      readonly lock: LaneLock;
    }
  | { readonly do: 'await'; readonly deployment: OpenDeployment }
  | { readonly do: 'refuse'; readonly deployment: OpenDeployment };

/** Never refused for a lock: the fire exit doesn't jam. */
export function decideRollback(state: LaneState, request: RollbackRequest): RollbackDecision {
  const { by, reason, at, reach, named = false } = request;
  const open = [state.active, ...state.queue].find((deployment) => deployment?.kind === 'rollback');
  if (open) return { do: isTheSame(open, request) ? 'await' : 'refuse', deployment: open };
  const lock = { owner: by, reason: reason === '' ? 'rollback' : `rollback: ${reason}`, since: at };
  const { active } = state;
  if (active !== null && named && reach === 'touched') return { do: 'refuse', deployment: active };
  if (active !== null && reach === 'touched') return { do: 'abort', deployment: active, lock };
  return {
    do: 'open',
    cancel: reach === 'untouched' ? active : null,
    finishing: reach === 'finishing' ? active : null,
    lock,
  };
}

/**
 * One that goes to all regions is enough for who names nothing. Which regions a limited one goes to is not known here, so it
 * is enough for nobody.
 */
const isTheSame = (open: OpenDeployment, { to, limited, key }: RollbackRequest): boolean =>
  open.key === key || (!limited && !open.limited && (to === undefined || to === open.release));
