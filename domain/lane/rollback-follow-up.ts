/**
 * A rollback of an active deployment is decided while that deployment goes on. How it ended tells whether what was
 * decided still brings the service back by one step, no more and no less.
 */
import type { ActiveReach } from './lane-decisions.ts';
import type { DeploymentNumber } from '../names.ts';
import type { DeploymentOutcome } from '../states.ts';

/** A rollback that waits for the end of the deployment which it is about. */
export interface PendingRollback {
  readonly of: DeploymentNumber;
  /** The deployment of kind `rollback` that was opened; `null` when the undo of `of` was to be enough. */
  readonly opened: DeploymentNumber | null;
  readonly by: string;
  readonly reason: string;
  /** Idempotency key of the request. */
  readonly key: string;
  readonly traceparent: string | null;
  /** It names a release or regions: how what it waits for ends says nothing about where it goes. */
  readonly named?: boolean;
}

/**
 * - `cancel`: nobody named where it goes, and what is cancelled for it had touched a region after all and was undone; a rollback now would go one release too far back.
 * - `open`: its undo was to be enough, and it ended otherwise: past its point of no return after all, or held by somebody
 *   who had aborted it before. Only a rollback brings the service back.
 */
export function followUp(
  { opened, named = false }: PendingRollback,
  outcome: DeploymentOutcome,
  reach: ActiveReach,
): 'nothing' | 'cancel' | 'open' {
  // Where only its hooks had run, its undo brought no host back.
  if (opened !== null) return outcome === 'undone' && reach !== 'untouched' && !named ? 'cancel' : 'nothing';
  return outcome === 'undone' ? 'nothing' : 'open';
}
