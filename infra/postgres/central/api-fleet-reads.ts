import { capWaitText, freezeSinceText } from '../../../domain/progress/fleet-text.ts';
import { isOver } from '../../../domain/fleet/in-effect.ts';
import type { Fleet } from '../../../protocol/api/fleet.ts';
import { raw } from '@mikro-orm/core';
import type { EntityManager } from '../connect.ts';
import { FleetSlot, FreezeRow } from './entities.ts';
import type { FleetSlotRow } from './entities/fleet.ts';
import { freezeOf, shownFreeze } from './freeze-rows.ts';
import { deploymentName } from './object-names.ts';

/** More than anybody reads. */
const most = 500;

export async function readFleet(em: EntityManager, now: Date): Promise<Fleet> {
  const rows = await em.find(FreezeRow, { endedAt: null }, { orderBy: { number: 'asc' } });
  const freezes = rows.filter((row) => !isOver(freezeOf(row), now.getTime())).map((row) => shownFreeze(row, now));
  const slots = await em.find(
    FleetSlot,
    { freedAt: null, [isOpen()]: [] },
    { orderBy: { askedAt: 'asc' }, limit: most },
  );
  const shown = slots.map(slotOf);
  const waiting = shown.filter(({ grantedAt }) => grantedAt === null);
  return {
    stopped: freezes.find(({ kind, inEffect }) => kind === 'stop-the-line' && inEffect !== null) ?? null,
    freezes: [
      ...freezes.filter(({ inEffect }) => inEffect !== null),
      ...freezes.filter(({ inEffect }) => inEffect === null),
    ],
    running: shown.filter(({ grantedAt }) => grantedAt !== null),
    // What is frozen takes its turn when it is not.
    waiting: waiting.toSorted((a, b) => (a.position ?? Infinity) - (b.position ?? Infinity) || 0),
  };
}

/** Whatever has become of its slot, a deployment that has ended is not in the fleet. */
const isOpen = () =>
  raw(
    (slot) => `exists (select 1 from deployment
      where service = ${slot}.service and number = ${slot}.deployment and outcome is null)`,
  );

/** As the fleet last ruled; before it has, nothing is said of it. */
const slotOf = ({ service, deployment: number, regions, askedAt, grantedAt, wait, keptBy }: FleetSlotRow) => ({
  deployment: deploymentName(service, number),
  service,
  number,
  regions,
  askedAt: askedAt.toISOString(),
  grantedAt: grantedAt?.toISOString() ?? null,
  position: wait?.position ?? null,
  waiting: keptBy[0] !== undefined ? freezeSinceText(keptBy[0]) : wait ? capWaitText(wait) : null,
});
