import type { Digest } from '../names.ts';
import type { GoalContent } from './goal.ts';

/** What a host's operator goes back to, and the base of the goal that was taken up before. */
export interface Bases {
  readonly base: Digest | null;
  readonly previous: Digest | null;
}

/**
 * `previous` moves when the region's base does, which is at the finish, and never at a switch: after an undo it would name
 * the release that runs, and an operator's rollback would do nothing (docs/goal-protocol.md §4). A base that an undo has
 * set is a way back already.
 */
export function basesAfter(before: Bases, goal: Pick<GoalContent, 'base' | 'mode'>): Bases {
  const base = goal.base?.release.digest ?? null;
  const moved = before.base !== null && base !== before.base && goal.mode !== 'undo';
  return { base, previous: moved ? before.base : before.previous };
}

/** Trees that must stay on disk: where the host is, where it may be told to go, and every way back. */
export function treesToKeep(bases: Bases, goal: Pick<GoalContent, 'next'>, running: Digest | null): readonly Digest[] {
  const trees = [bases.previous, bases.base, running, goal.next?.release.digest ?? null];
  return [...new Set(trees.filter((tree) => tree !== null))];
}
