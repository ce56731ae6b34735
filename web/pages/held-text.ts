import { freezeSinceText, scopeText } from '../../domain/progress/fleet-text.ts';
import { clockTime, counted } from '../../domain/progress/plain-text.ts';
import type { Fleet, Freeze, Lane } from '../client/api.ts';

/** Of the window: it says what is held. */
export function heldTitle(fleet: Fleet | null, locks: number): string {
  if (fleet === null) return 'Freezes and locks';
  if (fleet.stopped !== null) return 'The line is stopped';
  const frozen = fleet.freezes.filter(({ inEffect }) => inEffect !== null).length;
  if (frozen + locks === 0) return 'Nothing is held';
  return [frozen === 0 ? null : counted(frozen, 'freeze'), locks === 0 ? null : counted(locks, 'lock')]
    .filter((part) => part !== null)
    .join(', ');
}

/** `The line is stopped, since … by mo: "INC-7"` */
export function stoppedText(freeze: Freeze): string {
  const { since = freeze.addedAt, until = null } = freeze.inEffect ?? {};
  const text = freezeSinceText({ ...freeze, since, until });
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** `Now, until 2026-12-24 06:00 UTC`, `From 2026-12-20 00:00 UTC` */
export function untilLine({ inEffect, next }: Freeze): string {
  if (inEffect === null) return next === null ? 'Over' : `From ${clockTime(next)}`;
  return inEffect.until === null ? 'Now, until somebody ends it' : `Now, until ${clockTime(inEffect.until)}`;
}

const inProgress = {
  finish: 'those in progress go on',
  hold: 'those in progress stop',
  undo: 'those in progress are undone',
};

/** `cart in eu-west; those in progress stop. every year … by mo: "holidays"` */
export const freezeLine = ({ owner, reason, policy, text, services, regions }: Freeze): string =>
  `${scopeText({ services, regions })}; ${inProgress[policy]}. ${text}, by ${owner}: "${reason}"`;

export const lockedLanes = (lanes: readonly Lane[]): readonly (Lane & { lock: NonNullable<Lane['lock']> })[] =>
  lanes
    .flatMap((lane) => (lane.lock === null ? [] : [{ ...lane, lock: lane.lock }]))
    .toSorted((a, b) => (a.lock.since < b.lock.since ? -1 : 1));

/** Changes whenever what can be ordered about the fleet comes or goes. */
export const orderable = ({ stopped, freezes, running, waiting }: Fleet): string =>
  [
    stopped?.freeze ?? 'goes',
    ...freezes.map(({ freeze }) => freeze),
    ...running.flatMap((slot) => (slot.waiting === null ? [] : [slot.deployment])),
    ...waiting.map(({ deployment }) => deployment),
  ].join(' ');
