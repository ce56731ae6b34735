import type { Generation, HostId, Position } from '../names.ts';
import { compareAttempts } from './attempt.ts';
import { mostCanaries } from './batch-order.ts';
import type { GoalContent } from './goal.ts';

/**
 * Whether a region may serve, issue and re-sign goals with the database it has opened. The file beside the database holds
 * the last generation that was written; without it, or ahead of it, the database may be a restored one, and its rows are
 * compared with the centre's first (docs/goal-protocol.md §9).
 */
export const mayServe = (lastWritten: Generation | null, inDatabase: Generation | 0): boolean =>
  lastWritten !== null && inDatabase >= lastWritten;

/**
 * What the row of a restored database becomes: the newest by attempt of the row itself, the centre's last intent and the
 * signed goals that its hosts hold. Generations only order goals of one attempt. An undo of that deployment wins, since
 * an undone release must not come back; and the cut is the largest seen, with all canaries seen to be allowed, so that no
 * host is sent back. The caller writes it with a generation of its own.
 * @throws RangeError without a candidate.
 */
export function newestIntent(candidates: readonly GoalContent[]): GoalContent {
  const byAge = candidates.toSorted((a, b) => compareAttempts(a.attempt, b.attempt) || a.generation - b.generation);
  const newest = byAge.at(-1);
  if (newest === undefined) throw new RangeError('a restored row needs a candidate');
  const same = byAge.filter(({ attempt }) => attempt.deployment === newest.attempt.deployment);
  const cut = same.reduce<Position | null>((highest, goal) => higher(highest, goal.cut), null);
  const undone = same.some(({ mode }) => mode === 'undo');
  const wide = { ...newest, cut, canaries: allowedCanaries(same) ?? newest.canaries };
  return undone ? { ...wide, mode: 'undo', keep: [] } : wide;
}

/**
 * Before the first batch a goal names canaries that may not switch yet; `null` where no batch is known of. A goal has room for
 * so many only: of more, which no begin names, those that the newest goals allowed.
 */
function allowedCanaries(goals: readonly GoalContent[]): readonly HostId[] | null {
  const begun = goals.filter(({ cut }) => cut !== null);
  if (begun.length === 0) return null;
  return [...new Set(begun.toReversed().flatMap(({ canaries }) => canaries))].slice(0, mostCanaries);
}

const higher = (a: Position | null, b: Position | null): Position | null =>
  a === null || (b !== null && b > a) ? b : a;
