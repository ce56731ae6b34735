import { defineEntity, p } from '@mikro-orm/core';
import type { InferEntity } from '@mikro-orm/core';
import type { Recurrence } from '../../../../domain/calendar/recurrence.ts';
import type { FreezeInEffect, FreezeKind, FreezePolicy } from '../../../../domain/fleet/freeze.ts';
import type { CapWait } from '../../../../domain/fleet/rule-fleet.ts';
import type { DeploymentNumber, RegionName, ServiceName } from '../../../../domain/names.ts';
import { keyOfService } from './service.ts';

/** What holds deployments of many services. */
export const FreezeRow = defineEntity({
  name: 'FreezeRow',
  tableName: 'fleet_freeze',
  properties: {
    number: p.integer().primary().autoincrement(),
    /** Of the request that added it: one adds at most one. */
    key: p.text(),
    kind: p.text().$type<FreezeKind>(),
    owner: p.text(),
    reason: p.text(),
    policy: p.text().$type<FreezePolicy>(),
    /** An empty list stands for all. */
    services: p.json<readonly ServiceName[]>(),
    regions: p.json<readonly RegionName[]>(),
    recurrence: p.json<Recurrence>(),
    addedAt: p.datetime(3),
    /** When somebody ended it; one whose time is over needs nobody for that. */
    endedAt: p.datetime(3).nullable(),
    endedBy: p.text().nullable(),
    endedBecause: p.text().nullable(),
  },
  uniques: [{ name: 'fleet_freeze_key', properties: ['key'] }],
  indexes: [
    {
      name: 'fleet_freeze_open',
      expression: 'create index fleet_freeze_open on fleet_freeze (number) where ended_at is null',
    },
  ],
});
export type FreezeStored = InferEntity<typeof FreezeRow>;

/** A deployment that has asked the fleet to begin, and what it was told last. */
export const FleetSlot = defineEntity({
  name: 'FleetSlot',
  tableName: 'fleet_slot',
  properties: {
    service: () => keyOfService().primary(),
    deployment: p.integer().$type<DeploymentNumber>().primary(),
    /** Of the run that asked last. */
    requestId: p.text(),
    regions: p.json<readonly RegionName[]>(),
    askedAt: p.datetime(3),
    /** `null` while it waits. */
    grantedAt: p.datetime(3).nullable(),
    /** Set at its end, or when its workflow was found to be gone. */
    freedAt: p.datetime(3).nullable(),
    wait: p.json<CapWait>().nullable(),
    keptBy: p.json<readonly FreezeInEffect[]>(),
  },
  indexes: [
    {
      name: 'fleet_slot_open',
      expression: 'create index fleet_slot_open on fleet_slot (service, deployment) where freed_at is null',
    },
  ],
});
export type FleetSlotRow = InferEntity<typeof FleetSlot>;
