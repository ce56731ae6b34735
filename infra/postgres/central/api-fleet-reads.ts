import { capWaitText, freezeSinceText } from '../../../domain/progress/fleet-text.ts';
import { isOver } from '../../../domain/fleet/in-effect.ts';
import { strictestFirst } from '../../../domain/fleet/freeze.ts';
import type { Fleet, Freeze } from '../../../protocol/api/fleet.ts';
import { raw } from '@mikro-orm/core';
import type { EntityManager } from '../connect.ts';
import { Deployment, FleetSlot, FreezeRow } from './entities.ts';
import type { DeploymentRow } from './entities/deployment.ts';
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
  const passing = await readPassing(em);
  const shown = slots.map((slot) => slotOf(slot, passing));
  const waiting = shown.filter(({ grantedAt }) => grantedAt === null);
  return {
    stopped: strictestStop(freezes),
    freezes: [
      ...freezes.filter(({ inEffect }) => inEffect !== null),
      ...freezes.filter(({ inEffect }) => inEffect === null),
    ],
    running: shown.filter(({ grantedAt }) => grantedAt !== null),
    // What is frozen takes its turn when it is not.
    waiting: waiting.toSorted((a, b) => (a.position ?? Infinity) - (b.position ?? Infinity) || 0),
    unasked: (await readUnasked(em)).map(unaskedOf),
  };
}

/** Of several the one that says most: all of them end together. */
function strictestStop(freezes: readonly Freeze[]): Freeze | null {
  const stops = freezes.flatMap(({ inEffect, ...stop }) =>
    stop.kind === 'stop-the-line' && inEffect !== null ? [{ ...stop, inEffect, until: inEffect.until }] : [],
  );
  const [strictest] = strictestFirst(stops);
  return freezes.find(({ freeze }) => freeze === strictest?.freeze) ?? null;
}

/**
 * Those that have begun to go to regions and never asked: of the version before, as today's ask before they begin. One that
 * is taken back is left out, as no freeze keeps it from that, and a rollback asks nobody.
 */
const readUnasked = (em: EntityManager) =>
  em.find(
    Deployment,
    {
      outcome: null,
      kind: { $ne: 'rollback' },
      state: { $in: ['rolling', 'baking', 'verifying'] },
      [hasNoSlot()]: [],
    },
    { orderBy: { startedAt: 'asc' }, limit: most },
  );

const hasNoSlot = () =>
  raw(
    (deployment) => `not exists (select 1 from fleet_slot
      where service = ${deployment}.service and deployment = ${deployment}.number)`,
  );

const unaskedOf = ({
  service,
  number,
  regions,
  openedAt,
  startedAt,
}: Pick<DeploymentRow, 'service' | 'number' | 'regions' | 'openedAt' | 'startedAt'>) => ({
  deployment: deploymentName(service, number),
  service,
  number,
  regions: regions.map(({ region }) => region),
  startedAt: (startedAt ?? openedAt).toISOString(),
});

/** Hotfixes, and what somebody let pass, as the fleet rules: by name, those that have not ended. */
async function readPassing(em: EntityManager): Promise<ReadonlySet<string>> {
  const passing = { $or: [{ hotfix: { $ne: null } }, { pass: { $ne: null } }] };
  const rows = await em.find(Deployment, { outcome: null, ...passing }, { fields: ['service', 'number'], limit: most });
  return new Set(rows.map(({ service, number }) => deploymentName(service, number)));
}

/** Whatever has become of its slot, a deployment that has ended is not in the fleet. */
const isOpen = () =>
  raw(
    (slot) => `exists (select 1 from deployment
      where service = ${slot}.service and number = ${slot}.deployment and outcome is null)`,
  );

/** As the fleet last ruled; before it has, nothing is said of it. */
const slotOf = (
  { service, deployment: number, regions, askedAt, grantedAt, wait, keptBy }: FleetSlotRow,
  passing: ReadonlySet<string>,
) => ({
  deployment: deploymentName(service, number),
  service,
  number,
  regions,
  askedAt: askedAt.toISOString(),
  grantedAt: grantedAt?.toISOString() ?? null,
  position: wait?.position ?? null,
  ...(wait?.region === null && { waitsForAll: true as const }),
  waiting: keptBy[0] !== undefined ? freezeSinceText(keptBy[0]) : wait ? capWaitText(wait) : null,
  ...(passing.has(deploymentName(service, number)) && { hasPass: true as const }),
});
