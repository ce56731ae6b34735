import { compareAttempts } from '../goal/attempt.ts';
import type { Attempt } from '../goal/attempt.ts';

/** The part of an obligation that orders it against another of the same service and region. */
export interface OwedStep {
  readonly kind: 'undo' | 'hold' | 'finish';
  readonly attempt: Attempt;
  readonly controlRevision: number;
}

/**
 * Whether `newer` takes the place of `older` (docs/goal-protocol.md §6). Within one deployment the later step does, but
 * nothing follows an undo. A higher deployment does only once its attempt was written in that region: one that skipped
 * the region leaves the older undo owed.
 */
export function replacesObligation(newer: OwedStep, older: OwedStep, newerWasWritten: boolean): boolean {
  if (newer.attempt.deployment !== older.attempt.deployment) {
    return newerWasWritten && newer.attempt.deployment > older.attempt.deployment;
  }
  if (older.kind === 'undo') return newer.kind === 'undo' && isLater(newer, older);
  return newer.kind === 'undo' || isLater(newer, older);
}

function isLater(a: OwedStep, b: OwedStep): boolean {
  return (compareAttempts(a.attempt, b.attempt) || a.controlRevision - b.controlRevision) > 0;
}

/**
 * What becomes of the obligations of one service and region when a new one is recorded. It is not stored when it is a
 * repeat, or when one that is owed already would replace it.
 */
export function placeObligation<O extends OwedStep>(
  owed: readonly O[],
  fresh: O,
  /** The highest deployment that is known to have written a goal in the region. */
  writtenDeployment: number,
): { readonly stored: boolean; readonly replaced: readonly O[] } {
  const wasWritten = ({ attempt }: OwedStep): boolean => attempt.deployment <= writtenDeployment;
  const replaced = owed.filter((older) => replacesObligation(fresh, older, wasWritten(fresh)));
  const inItsPlace = owed
    .filter((other) => !replaced.includes(other))
    .some(
      (other) =>
        other.attempt.deployment === fresh.attempt.deployment || replacesObligation(other, fresh, wasWritten(other)),
    );
  return inItsPlace ? { stored: false, replaced: [] } : { stored: true, replaced };
}
