import type { HostId, Position } from '../names.ts';
import { compareAttempts } from './attempt.ts';
import { inBatch } from './batch-order.ts';
import type { GoalRow, Placement } from './goal.ts';

/** What of a row decides what its hosts do. */
export type DecidingContent = Pick<
  GoalRow,
  'generation' | 'attempt' | 'mode' | 'controlRevision' | 'base' | 'next' | 'keep' | 'cut' | 'canaries'
>;

/** A goal, and where the host stands in the order of its deployment. */
export interface OrderedGoal {
  readonly goal: DecidingContent;
  readonly position: Position;
}

/** `now`: to do something else. `ahead`: to bring a release to its disk before its turn comes. */
export type AskedAnew = 'now' | 'ahead' | 'nothing';

/**
 * What the second goal asks of a host that the first, which it has obeyed, didn't; `null`: there was none. Most hosts have
 * nothing to do by a step of others: they may hear of it when they ask the next time. A hold and an undo are over when every
 * host has said that it heard of them, so they ask all; a goal that was signed again asks nobody.
 */
export function askedAnew(host: HostId, before: OrderedGoal | null, after: OrderedGoal): AskedAnew {
  if (before === null ? isAskedFirst(host, after) : isAskedOtherwise(host, before, after)) return 'now';
  const { mode, next } = after.goal;
  const isBrought = mode === 'advance' && next !== null && !isSame(before?.goal.next?.release, next.release);
  return isBrought ? 'ahead' : 'nothing';
}

const isAskedFirst = (host: HostId, after: OrderedGoal): boolean =>
  after.goal.mode !== 'advance' || after.goal.base !== null || allowedNext(host, after) !== null;

function isAskedOtherwise(host: HostId, before: OrderedGoal, after: OrderedGoal): boolean {
  const [was, is] = [before.goal, after.goal];
  if (was.generation === is.generation) return false;
  // Of a hold and a resume that come together, the second may be all that is seen.
  if (was.mode !== 'advance' || is.mode !== 'advance' || was.controlRevision !== is.controlRevision) return true;
  if (!isSame([was.base, was.keep], [is.base, is.keep]) || !isSame(selectorsOf(was), selectorsOf(is))) return true;
  const [ran, runs] = [allowedNext(host, before), allowedNext(host, after)];
  if (ran === null && runs === null) return false;
  // What failed in an earlier deployment is tried again.
  return compareAttempts(was.attempt, is.attempt) !== 0 || !isSame(ran, runs);
}

const allowedNext = (host: HostId, { goal, position }: OrderedGoal): Placement | null =>
  inBatch(goal, { host, position }) ? goal.next : null;

/** With others, other hosts are the service's, and have to stop, or to report as often as it asks. */
const selectorsOf = ({ base, next }: DecidingContent): readonly string[] =>
  [
    ...new Set([base, next].flatMap((placement) => (placement === null ? [] : [JSON.stringify(placement.selector)]))),
  ].toSorted();

/** Of what comes from the same columns; should its fields ever stand in another order, one more host is told. */
const isSame = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);
