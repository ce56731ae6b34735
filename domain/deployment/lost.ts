/** What becomes of a deployment whose workflow was closed without a recorded outcome (docs/goal-protocol.md §8). */
import type { RollbackPolicy } from '../spec/service-spec.ts';
import type { Stop } from './ending.ts';

export interface LostStanding {
  /** Why it went forward no more before that already; `null` when it did. */
  readonly stop: Stop | null;
  readonly pointOfNoReturn: boolean;
  /** Of its plan; `null` when none was made, so that no region heard of it. */
  readonly rollback: Pick<RollbackPolicy, 'automatic'> | null;
  /** Why hosts may not go back by themselves, whatever the policy says; `null` when they may. */
  readonly noUndo: string | null;
  /** `its workflow was terminated in Temporal by mo: a mistake` */
  readonly closed: string;
  /** When that was found; RFC 3339, UTC. */
  readonly at: string;
}

/** `finish`: it was past its point of no return, and only goes forward. Else it ends by this stop. */
export type LostDecision = { readonly do: 'finish' } | { readonly do: 'stop'; readonly stop: Stop };

/**
 * Nobody is asked: whoever would answer may not know that the workflow is gone, and the service waits. What a person had
 * chosen before counts; a failure that was to be put to a person leaves hosts where they are, as does a spec whose undo is
 * not automatic, or would bring a release back that can't run any more.
 */
export function decideLost({ stop, pointOfNoReturn, rollback, noUndo, closed, at }: LostStanding): LostDecision {
  if (pointOfNoReturn) return { do: 'finish' };
  const hold = noUndo !== null || (rollback !== null && !rollback.automatic);
  const reason = noUndo === null ? closed : `${closed}; ${noUndo}`;
  if (stop === null) return { do: 'stop', stop: { cause: 'aborted', hold, by: 'temporal', reason, at } };
  const unanswered = stop.cause === 'failed' && hold;
  return { do: 'stop', stop: unanswered ? { ...stop, hold: true } : stop };
}
