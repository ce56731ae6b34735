import { defineEntity, p } from '@mikro-orm/core';
import type { InferEntity } from '@mikro-orm/core';
import type { LaneLock } from '../../../../activities/lane/contract.ts';
import type { Attempt } from '../../../../domain/goal/attempt.ts';
import type { GoalMode, Placement, RecordedOutcome } from '../../../../domain/goal/goal.ts';
import type { PendingRollback } from '../../../../domain/lane/rollback-follow-up.ts';
import type { DeploymentNumber, Generation, ReleaseNumber, ServiceName } from '../../../../domain/names.ts';
import { keyOfRegion } from './region.ts';

/** A deployable unit, and what its lane must not lose: numbers, lock, and the deployment that holds it. */
export const Service = defineEntity({
  name: 'Service',
  tableName: 'service',
  properties: {
    name: p.text().$type<ServiceName>().primary(),
    /** `acme/checkout` */
    repository: p.text().index(),
    cloneUrl: p.text(),
    /** Below the repository's root, `.` for the root. */
    folder: p.text(),
    /** The branch whose merges are deployed. */
    branch: p.text(),
    owners: p.json<readonly string[]>(),
    /** The one deployment that may touch regions. */
    holder: p.integer().$type<DeploymentNumber>().nullable(),
    nextDeployment: p.integer().$type<DeploymentNumber>().default(1),
    nextRelease: p.integer().$type<ReleaseNumber>().default(1),
    lock: p.json<LaneLock>().nullable(),
    /** A rollback that waits for the end of what it is about: its lane sees to the rest then, also a fresh one. */
    rollback: p.json<PendingRollback>().nullable(),
    /** Of the lane's workflow, as it was seen last: in another one somebody may have closed it. */
    laneRun: p.text().nullable(),
    /** Of the last deployment that succeeded; one to some of the regions counts once all have its release. */
    currentRelease: p.integer().$type<ReleaseNumber>().nullable(),
    addedAt: p.datetime(3),
  },
});
export type ServiceRow = InferEntity<typeof Service>;

/** A column `service` that names one. */
export const keyOfService = () =>
  p.manyToOne(Service).mapToPk().fieldName('service').deleteRule('no action').updateRule('no action');

/** The goal that a step is about to write in a region, recorded before the region hears of it. */
export interface Intent {
  readonly attempt: Attempt;
  readonly step: string;
  readonly mode: GoalMode;
  readonly next: Placement | null;
  readonly knownGeneration: Generation | 0;
}

/** What the centre knows of one service in one region (docs/goal-protocol.md §1). */
export const ServiceRegion = defineEntity({
  name: 'ServiceRegion',
  tableName: 'service_region',
  properties: {
    service: () => keyOfService().primary(),
    region: () => keyOfRegion().primary(),
    intent: p.json<Intent>(),
    intendedAt: p.datetime(3),
    /** The highest generation that the centre heard of, in ms of a clock: more than 32 bits. */
    centreGeneration: p.bigint('number').default(0),
    /** The highest deployment that is known to have written a goal there; 0 when none did. */
    writtenDeployment: p.integer().default(0),
    /** Of the last deployment that was finished there. */
    release: p.integer().$type<ReleaseNumber>().nullable(),
  },
});
export type ServiceRegionRow = InferEntity<typeof ServiceRegion>;

/** How a deployment ended in a region; `unresolved` from its first step there until it has ended. */
export const RegionOutcome = defineEntity({
  name: 'RegionOutcome',
  tableName: 'region_outcome',
  properties: {
    service: () => keyOfService().primary(),
    region: () => keyOfRegion().primary(),
    deployment: p.integer().$type<DeploymentNumber>().primary(),
    outcome: p.text().$type<RecordedOutcome['outcome']>(),
    /** True while the region still has to be told. */
    pending: p.boolean().default(false),
  },
});
