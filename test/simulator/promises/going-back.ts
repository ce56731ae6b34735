/** What docs/design.md says of undo, rollback and the lock that they leave: the service goes back by one step, and stays there. */
import { deploymentRow } from '../centre/rows.ts';
import type { World } from '../world/world.ts';
import { broken } from './check.ts';
import type { Check } from './check.ts';
import type { Broken } from './notice.ts';
import { placeBefore, takesAway } from './remembered.ts';

/** What was taken away must not come back with the next merge. */
export const endShutsTheLane: Check<'deployment ended'> = (world, { deployment, end: { outcome } }) => {
  const { centre, setting } = world;
  const { kind } = deploymentRow(world, deployment);
  return setting.spec.rollback.lockAfter && takesAway(kind, outcome) && centre.lock === null
    ? broken('lock', `${deployment} ended ${outcome} and left the lane open`)
    : null;
};

export const nothingStartsBehindAnUndo: Check<'deployment started'> = ({ remembered: { shutBy } }, { row }) =>
  shutBy !== null && row.kind !== 'rollback'
    ? broken('lock', `${row.number} starts, and nobody has opened the lane since ${shutBy}`)
    : null;

/** To the release before, and no further. */
export const rollbackIsOneStep: Check<'rollback named'> = (world, { finishing, release }) => {
  const { ran } = world.remembered;
  const ending = finishing === null ? null : deploymentRow(world, finishing);
  const replaces = ending?.outcome === null && ending.release !== ran?.release ? ran : (ran?.before ?? null);
  const right = (ending === null ? placeBefore(world, ran) : replaces)?.release ?? null;
  return release === right
    ? null
    : broken(
        'rollback',
        `a rollback of ${ran?.release ?? 'nothing'} goes to ${release ?? 'nothing'}, not to ${right ?? 'nothing'}`,
      );
};

/** What was undone is not rolled back too, and what has to be rolled back is before anything else starts. */
export const rollbackFollows: Check<'deployment started'> = (
  { remembered: { owed, tooFar } },
  { row: { number, kind } },
) => {
  if (tooFar.includes(number)) return broken('rollback', `${number} starts, and what it should roll back was undone`);
  return owed.length > 0 && kind !== 'rollback'
    ? broken('rollback', `${number} starts before the rollback of ${owed.join(', ')} that was asked for`)
    : null;
};

/** Whoever asked for a rollback got one. */
export function rollbackIsOwed({ remembered: { owed } }: World): Broken | null {
  return owed.length === 0 ? null : broken('rollback', `${owed.join(', ')} should have been rolled back`);
}
