import { LockMode } from '@mikro-orm/core';
import type { EndedBy } from '../../../api/control/fleet/freeze-book.ts';
import { isOver } from '../../../domain/fleet/in-effect.ts';
import type { Freeze } from '../../../protocol/api/fleet.ts';
import type { EntityManager } from '../connect.ts';
import { storable } from '../storable.ts';
import type { AuditedChange } from './audit-log.ts';
import { Audit, FreezeRow } from './entities.ts';
import { freezeOf, freezeName, shownFreeze } from './freeze-rows.ts';

/**
 * Ends every stop of the line. A request is on record also when the line ran: repeated after somebody has stopped it, it
 * must not start it again. @see FreezeBook.start
 */
export async function startTheLine(
  em: EntityManager,
  { by, reason, key }: EndedBy,
  requireAllowed: (stopped: Freeze) => void,
  now: Date,
): Promise<AuditedChange<void>> {
  const auditKey = `line-start:${key}`;
  const stops = await em.find(
    FreezeRow,
    { kind: 'stop-the-line', endedAt: null },
    { orderBy: { number: 'asc' }, lockMode: LockMode.PESSIMISTIC_WRITE },
  );
  // After the lock: a copy of the request that came at the same time has committed by now.
  if ((await em.count(Audit, { key: auditKey })) > 0) return { result: undefined, audit: [] };
  const open = stops.filter((row) => !isOver(freezeOf(row), now.getTime()));
  for (const row of open) {
    requireAllowed(shownFreeze(row, now));
    Object.assign(row, { endedAt: now, endedBy: by, endedBecause: storable(reason) });
  }
  const freezes = open.map(({ number }) => number);
  const object = freezes[0] === undefined ? 'fleet' : freezeName(freezes[0]);
  return {
    result: undefined,
    audit: [{ actor: by, verb: 'line-started', object, detail: { freezes, reason }, key: auditKey }],
  };
}
