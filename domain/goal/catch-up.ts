import type { Digest } from '../names.ts';

/** A region that may be behind, and the service's lane. */
export interface CatchUpState {
  readonly reachable: boolean;
  readonly base: Digest | null;
  /** Of the service's last success; `null` before the first. */
  readonly lastSuccess: Digest | null;
  readonly blocked: boolean;
  /** Anything active, queued or held in the lane. */
  readonly laneBusy: boolean;
}

/**
 * Whether a region gets the service's release by a deployment of that region alone, through the lane like any other.
 * A region that was skipped is measured by the last *success*, never by a deployment under way: that one may still be
 * undone (docs/goal-protocol.md §6).
 */
export const needsCatchUp = ({ reachable, base, lastSuccess, blocked, laneBusy }: CatchUpState): boolean =>
  reachable && lastSuccess !== null && lastSuccess !== base && !blocked && !laneBusy;
