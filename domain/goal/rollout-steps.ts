import type { Generation, HostId, Position } from '../names.ts';
import { compareAttempts } from './attempt.ts';
import type { Attempt } from './attempt.ts';
import type { AdvanceStep, FinishStep, GenerationFloors, GoalRow, StepDecision } from './goal.ts';
import { fenced, write } from './write-row.ts';

/** Allows the next batch. Neither the cut nor the canaries fall within an attempt, so that no host is sent back by a batch. */
export function decideAdvance(row: GoalRow | null, step: AdvanceStep, floors: GenerationFloors): StepDecision {
  const obstacle = whyNotMoving(row, step);
  if (row === null || obstacle !== null) return fenced(row, obstacle ?? 'the region has not begun');
  return write(row, step, floors, { ...row, ...brought(row, step.canaries), cut: higher(row.cut, step.cut) });
}

/** The deployment's release becomes the region's base. Only now `previous` moves: before, it is what a rollback needs. */
export function decideFinish(row: GoalRow | null, step: FinishStep, floors: GenerationFloors): StepDecision {
  const obstacle = whyNotMoving(row, step);
  if (row === null || obstacle !== null) return fenced(row, obstacle ?? 'the region has not begun');
  return write(row, step, floors, {
    ...row,
    base: row.next,
    previous: row.base,
    next: null,
    keep: [],
    cut: null,
    canaries: [],
    laterCanaries: [],
  });
}

/** Before the first batch the row names all canaries, and none of them may switch. */
function brought(
  row: GoalRow,
  canaries: readonly HostId[] = row.canaries,
): Pick<GoalRow, 'canaries' | 'laterCanaries'> {
  const all = [...new Set([...row.canaries, ...(row.laterCanaries ?? [])])];
  const allowed = new Set(row.cut === null ? canaries : [...row.canaries, ...canaries]);
  return {
    canaries: all.filter((host) => allowed.has(host)),
    laterCanaries: all.filter((host) => !allowed.has(host)),
  };
}

/** Steps that go forward must know exactly what they go on from. */
function whyNotMoving(
  row: GoalRow | null,
  step: { readonly attempt: Attempt; readonly generation: Generation },
): string | null {
  if (row === null) return 'the region has not begun';
  if (compareAttempts(row.attempt, step.attempt) !== 0) return 'the region is at another attempt';
  if (row.mode !== 'advance') return `the region is in ${row.mode}`;
  if (row.generation !== step.generation) return 'the goal was written since';
  // A hold of a deployment whose begin never arrived leaves no `next`; finishing it would take the base away.
  return row.next === null ? 'there is no release to go forward to' : null;
}

const higher = (a: Position | null, b: Position): Position => (a === null || b > a ? b : a);
