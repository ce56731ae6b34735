import type { Freeze } from '../../../domain/fleet/freeze.ts';
import type { FreezeStored } from './entities/fleet.ts';

export const freezeOf = (row: FreezeStored): Freeze => ({
  freeze: row.number,
  kind: row.kind,
  owner: row.owner,
  reason: row.reason,
  policy: row.policy,
  scope: { services: row.services, regions: row.regions },
  when: row.recurrence,
});
