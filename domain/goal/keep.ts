import type { DeploymentNumber, Digest } from '../names.ts';
import type { GoalRow, Placement, RecordedOutcome } from './goal.ts';

/** A goal is a small document: protocol/goal.ts refuses more. The oldest is forgotten first, and its hosts go to `base`. */
const mostKept = 16;

/** What a deployment takes over from the row that it finds (docs/goal-protocol.md §3). */
export interface Inheritance {
  readonly base: Placement | null;
  readonly previous: Placement | null;
  readonly keep: readonly Digest[];
}

/**
 * Takes over a row from the deployments before, by their recorded outcomes in this region:
 * - any of them undone → nothing is kept, so that an undone release never is;
 * - the row's succeeded, and its finish isn't written yet → its `next` is the base;
 * - else (held, skipped, unresolved) its `next` may go on running.
 * The first two can be true together: a success that a dark region hasn't heard of, and then an undone deployment. The
 * base is the success's then, or the undo would bring the region back too far.
 */
export function inherit(row: GoalRow | null, outcomes: readonly RecordedOutcome[]): Inheritance {
  if (row === null) return { base: null, previous: null, keep: [] };
  const undone = anyUndone(row, outcomes);
  if (row.next !== null && succeeded(row, outcomes)) return { base: row.next, previous: row.base, keep: [] };
  return { base: row.base, previous: row.previous, keep: undone ? [] : kept(row) };
}

function anyUndone(row: GoalRow, outcomes: readonly RecordedOutcome[]): boolean {
  // A row that was undone inside the region is undone, whatever the centre has recorded so far.
  if (row.mode === 'undo') return true;
  const first = row.attempt.deployment;
  return outcomes.some(({ deployment, outcome }) => deployment >= first && outcome === 'undone');
}

const succeeded = (row: GoalRow, outcomes: readonly RecordedOutcome[]): boolean =>
  row.mode !== 'undo' && outcomeOf(row.attempt.deployment, outcomes) === 'succeeded';

function outcomeOf(deployment: DeploymentNumber, outcomes: readonly RecordedOutcome[]): RecordedOutcome['outcome'] {
  return outcomes.findLast((recorded) => recorded.deployment === deployment)?.outcome ?? 'unresolved';
}

function kept(row: GoalRow): readonly Digest[] {
  const releases = row.next === null ? row.keep : [...row.keep, row.next.release.digest];
  return [...new Set(releases)].slice(-mostKept);
}
