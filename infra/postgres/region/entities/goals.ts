import { defineEntity, p } from '@mikro-orm/core';
import type { InferEntity } from '@mikro-orm/core';
import type { BatchMembers, StoredAdmission } from '../../../../activities/goals/goal-store.ts';
import type { GoalRow } from '../../../../domain/goal/goal.ts';
import type { Digest, HostId, Position, RegionName, ServiceName } from '../../../../domain/names.ts';
import type { Envelope } from '../../../../protocol/dsse.ts';
import type { LocalVerb } from '../../../../domain/region/local-act.ts';
import type { LocalAct } from '../../../../protocol/local-acts.ts';

/** The goal of one service: what was decided (`row`) and what hosts are given (`envelope`), always written together. */
export const GoalRecord = defineEntity({
  name: 'Goal',
  tableName: 'goal',
  properties: {
    service: p.text().$type<ServiceName>().primary(),
    row: p.json<GoalRow>(),
    generation: p.bigint('number'),
    envelope: p.json<Envelope>(),
    etag: p.text().$type<Digest>(),
    admissions: p.json<readonly StoredAdmission[]>(),
    traceparent: p.text().nullable(),
    absentAfterMs: p.integer(),
    /** When the goal last said something new: signing it again doesn't count. */
    changedAt: p.datetime(),
    /** When the attempt in `row` began here. */
    begunAt: p.datetime(),
    signedAt: p.datetime(),
  },
});

/** One row: what proves all goals of the region at once. `envelope` is null until it was first signed. */
export const GoalIndexRecord = defineEntity({
  name: 'GoalIndex',
  tableName: 'goal_index',
  properties: {
    region: p.text().$type<RegionName>().primary(),
    version: p.bigint('number'),
    envelope: p.json<Envelope>().nullable(),
    signedAt: p.datetime(),
  },
});

/** The hosts of a service as a deployment found them when it began here. */
export const SnapshotRecord = defineEntity({
  name: 'Snapshot',
  tableName: 'snapshot',
  properties: {
    service: p.text().$type<ServiceName>().primary(),
    deployment: p.integer().primary(),
    host: p.text().$type<HostId>().primary(),
    position: p.text().$type<Position>(),
  },
});

/** Who belongs to a batch is decided once, when it begins. */
export const BatchRecord = defineEntity({
  name: 'Batch',
  tableName: 'batch',
  properties: {
    service: p.text().$type<ServiceName>().primary(),
    deployment: p.integer().primary(),
    local: p.integer().primary(),
    number: p.integer().primary(),
    cut: p.text().$type<Position>(),
    members: p.json<BatchMembers>(),
    startedAt: p.datetime(),
  },
});

/** Goals that a host has shown after a restore: forgotten once the database was compared with them. */
export const HeldGoalRecord = defineEntity({
  name: 'HeldGoal',
  tableName: 'held_goal',
  properties: {
    host: p.text().$type<HostId>().primary(),
    goals: p.json<readonly Envelope[]>(),
    shownAt: p.datetime().defaultRaw('now()'),
  },
});

/** What people did here with the region's own command; kept, also when the centre was told. */
export const LocalActRecord = defineEntity({
  name: 'LocalAct',
  tableName: 'local_act',
  properties: {
    id: p.uuid().primary(),
    /** In the order of commits: each is numbered under a lock. */
    number: p.bigint('number').unique(),
    verb: p.text().$type<LocalVerb>(),
    by: p.text(),
    reason: p.text(),
    at: p.datetime().defaultRaw('clock_timestamp()'),
    service: p.text().$type<ServiceName>().nullable(),
    host: p.text().$type<HostId>().nullable(),
    goal: p.json<LocalAct['goal']>().nullable(),
    change: p.text().nullable(),
    toldAt: p.datetime().nullable(),
  },
});

export type GoalEntity = InferEntity<typeof GoalRecord>;
