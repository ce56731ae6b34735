import type { HostId, Position } from '../names.ts';
import { compareAttempts } from './attempt.ts';
import { inBatch } from './batch-order.ts';
import type { GoalContent, Placement } from './goal.ts';

/** What of a goal decides what its hosts do. */
export type DecidingContent = Pick<
  GoalContent,
  'generation' | 'attempt' | 'mode' | 'base' | 'next' | 'keep' | 'cut' | 'canaries'
>;

/** A goal, and where the host stands in the order of its deployment. */
export interface OrderedGoal {
  readonly goal: DecidingContent;
  readonly position: Position;
}

/**
 * Whether the second goal asks anything of the host that the first, which it has obeyed, didn't; `null`: there was none. Most
 * hosts have nothing to do by a step of others: they may hear of it when they ask the next time. A hold and an undo are over
 * when every host has said that it heard of them, so they ask all; a goal that was signed again asks nobody.
 */
export function isAskedAnew(host: HostId, before: OrderedGoal | null, after: OrderedGoal): boolean {
  const { goal: is } = after;
  if (before === null) return is.mode !== 'advance' || is.base !== null || allowedNext(host, after) !== null;
  const { goal: was } = before;
  if (was.generation === is.generation) return false;
  if (was.mode !== 'advance' || is.mode !== 'advance') return true;
  if (!isSame([was.base, was.keep], [is.base, is.keep])) return true;
  const [ran, runs] = [allowedNext(host, before), allowedNext(host, after)];
  if (ran === null && runs === null) return false;
  // What failed in an earlier deployment is tried again.
  return compareAttempts(was.attempt, is.attempt) !== 0 || !isSame(ran, runs);
}

const allowedNext = (host: HostId, { goal, position }: OrderedGoal): Placement | null =>
  inBatch(goal, { host, position }) ? goal.next : null;

/** Of what comes from the same columns; should its fields ever stand in another order, one more host is told. */
const isSame = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);
