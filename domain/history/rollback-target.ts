import type { ReleaseNumber } from '../names.ts';
import type { DeploymentKind } from '../states.ts';

/** A deployment that succeeded. */
export interface Success {
  readonly kind: DeploymentKind;
  readonly release: ReleaseNumber;
}

/**
 * The release that a rollback goes to: what ran before the last success, seen over rollbacks. A rollback goes back in
 * this history instead of adding to it, so a second one goes further back and never to the release that was left.
 *
 * @param successes oldest first
 * @param deployable false for releases that are blocked or retired
 */
export function rollbackTarget(
  successes: readonly Success[],
  deployable: (release: ReleaseNumber) => boolean,
): ReleaseNumber | null {
  const before = successes.reduce<readonly ReleaseNumber[]>(afterSuccess, []).slice(0, -1);
  return before.findLast(deployable) ?? null;
}

function afterSuccess(ran: readonly ReleaseNumber[], { kind, release }: Success): readonly ReleaseNumber[] {
  if (kind === 'rollback') {
    const at = ran.lastIndexOf(release);
    return at === -1 ? [...ran, release] : ran.slice(0, at + 1);
  }
  // The same release again (a retry) is no step in the history.
  return ran.at(-1) === release ? ran : [...ran, release];
}
