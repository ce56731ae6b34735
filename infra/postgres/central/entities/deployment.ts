import { defineEntity, p } from '@mikro-orm/core';
import type { InferEntity } from '@mikro-orm/core';
import type {
  DeploymentProgress,
  ObligationKind,
  RegionProgress,
} from '../../../../activities/deployment-record/contract.ts';
import type { MergeSource, PersonSource } from '../../../../activities/lane/contract.ts';
import type { NotUndone, Stop } from '../../../../domain/deployment/ending.ts';
import type { DeploymentNumber, Digest, Generation, RegionName, ReleaseNumber } from '../../../../domain/names.ts';
import type { WaitKind } from '../../../../domain/progress/waiting.ts';
import type { DeploymentKind, DeploymentOutcome, DeploymentState } from '../../../../domain/states.ts';
import { keyOfRegion } from './region.ts';
import { keyOfService } from './service.ts';

export interface HotfixMark {
  readonly by: string;
  readonly reason: string;
  readonly key: string;
  /** The deployment that was active when it was asked for, and how it is stopped. */
  readonly makesWay?: { readonly of: DeploymentNumber; readonly hold: boolean };
}

/** `checkout/87` as people see it: a projection, but for its numbers, outcome and point of no return. */
export const Deployment = defineEntity({
  name: 'Deployment',
  tableName: 'deployment',
  properties: {
    service: () => keyOfService().primary(),
    number: p.integer().$type<DeploymentNumber>().primary(),
    kind: p.text().$type<DeploymentKind>(),
    release: p.integer().$type<ReleaseNumber>(),
    /** What the service ran when this one was started; `null` before that, and when it was nothing. */
    fromRelease: p.integer().$type<ReleaseNumber>().nullable(),
    /** Delivery key or Idempotency-Key: one starts at most one deployment. */
    key: p.text(),
    source: p.json<MergeSource | PersonSource>(),
    state: p.text().$type<DeploymentState>(),
    stage: p.text().nullable(),
    /** Of the last progress shown: a lower one is dropped. */
    sequence: p.integer().default(0),
    regions: p.json<readonly RegionProgress[]>(),
    approvals: p.json<NonNullable<DeploymentProgress['approvals']>>().nullable(),
    waiting: p.text().nullable(),
    /** Of that wait. */
    waitingFor: p.text().$type<WaitKind>().nullable(),
    /** When it came into its state, stage or wait. */
    since: p.datetime(3).nullable(),
    held: p.boolean().default(false),
    paused: p.boolean().default(false),
    outcome: p.text().$type<DeploymentOutcome>().nullable(),
    reason: p.text().nullable(),
    /** Where it goes on: under a number behind that of a rollback, or with a newer merge that brings its commit. */
    goesOnAs: p.integer().$type<DeploymentNumber>().nullable(),
    /** Who has it go first, why, and by which request; `null` for what waits its turn. */
    hotfix: p.json<HotfixMark>().nullable(),
    /** What it was superseded by in the lane: its change goes on there, or was taken back. */
    supersededBy: p.integer().$type<DeploymentNumber>().nullable(),
    pending: p.json<readonly RegionName[]>(),
    /** What its undo has left for a person; `null` when that is nothing. */
    notUndone: p.json<readonly NotUndone[]>().nullable(),
    /** It succeeded in some of the regions, and others have another release: no step in the service's history. */
    partial: p.boolean().default(false),
    pointOfNoReturn: p.boolean().default(false),
    /** Under which its plan is kept in the central store; `null` before it was planned. */
    planDigest: p.text().$type<Digest>().nullable(),
    /** Why it goes forward no more; `null` while it does. */
    stop: p.json<Stop>().nullable(),
    openedAt: p.datetime(3),
    /** When the start of its workflow was claimed; `null` while it is queued. */
    startedAt: p.datetime(3).nullable(),
    endedAt: p.datetime(3).nullable(),
    traceparent: p.text().nullable(),
    /** Of its workflow, for links; `null` when Temporal's answer got lost. */
    runId: p.text().nullable(),
  },
  uniques: [{ name: 'deployment_key', properties: ['service', 'key'] }],
  indexes: [
    {
      name: 'deployment_open',
      expression: 'create index deployment_open on deployment (service, number) where outcome is null',
    },
  ],
});
export type DeploymentRow = InferEntity<typeof Deployment>;

/** Something that a region still has to do for a deployment (docs/goal-protocol.md §6). */
export const ObligationRow = defineEntity({
  name: 'ObligationRow',
  tableName: 'obligation',
  properties: {
    service: () => keyOfService().primary(),
    region: () => keyOfRegion().primary(),
    deployment: p.integer().$type<DeploymentNumber>().primary(),
    local: p.integer(),
    kind: p.text().$type<ObligationKind>(),
    /** The last that the deployment heard of there; 0 when it heard of none. */
    generation: p.bigint('number').$type<Generation | 0>(),
    controlRevision: p.integer(),
    reason: p.text(),
    recordedAt: p.datetime(3),
    /** When the run of reconcile began that tried it last; `null` before the first. */
    triedAt: p.datetime(3).nullable(),
  },
});
