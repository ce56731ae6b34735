/** The tables of a region's database, as MikroORM entities. Times are the database's own clock, everywhere. */
import { defineEntity, p } from '@mikro-orm/core';
import type { InferEntity } from '@mikro-orm/core';
import type { BatchMembers, StoredAdmission } from '../../../activities/goals/goal-store.ts';
import type { GoalRow, Selector } from '../../../domain/goal/goal.ts';
import type { Presence } from '../../../domain/host-identity/presence.ts';
import type { InstanceHealth, Refusal } from '../../../domain/goal/host-status.ts';
import type { Digest, HostId, Position, RegionName, ServiceName } from '../../../domain/names.ts';
import type { HostState } from '../../../domain/states.ts';
import type { Envelope } from '../../../protocol/dsse.ts';
import type { LocalVerb } from '../../../domain/region/local-act.ts';
import type { ServiceReport } from '../../../protocol/gateway.ts';
import type { LocalAct } from '../../../protocol/local-acts.ts';
import type { OutputEnd } from '../../../protocol/log-reading.ts';

/** A machine that may talk to this region's gateway. */
export const HostRecord = defineEntity({
  name: 'Host',
  tableName: 'host',
  properties: {
    id: p.text().$type<HostId>().primary(),
    labels: p.json<Selector>(),
    /** Set by operators; a host may also say so itself, for one service. */
    maintenance: p.boolean().default(false),
    enrolledAt: p.datetime().defaultRaw('now()'),
    /** Poll or report, to within a few seconds. */
    lastSeenAt: p.datetime().nullable(),
    /** Last report that was accepted, whatever services it named. */
    reportedAt: p.datetime().nullable(),
    bootId: p.text().nullable(),
    agentVersion: p.text().nullable(),
    /** Of the last accepted report: one with a lower or equal sequence changes nothing. */
    reportSequence: p.bigint('number').defaultRaw('0'),
    /** Of the newest goal index that the host said it has. */
    indexVersion: p.bigint('number').defaultRaw('0'),
    /** Of the root document that it trusts, as it said. */
    rootVersion: p.integer().nullable(),
    /** Last report that was accepted of those of which only what is new is stored; see heard-at.ts. */
    heardAt: p.datetime().nullable(),
    /** All services that it spoke of then. */
    heardOf: p.array().$type<readonly ServiceName[]>().defaultRaw(`'{}'`),
  },
});

/** By which key a host is known, and what keeps it out. */
export const HostIdentityRecord = defineEntity({
  name: 'HostIdentity',
  tableName: 'host_identity',
  properties: {
    host: p.text().$type<HostId>().primary(),
    key: p.text().$type<Digest>().unique(),
    nextKey: p.text().$type<Digest>().nullable(),
    formerKey: p.text().$type<Digest>().nullable(),
    presence: p.json<Presence>(),
    enrolledAt: p.datetime().defaultRaw('now()'),
    renewedAt: p.datetime().nullable(),
    /** End of the newest certificate. */
    expiresAt: p.datetime(),
    revokedAt: p.datetime().nullable(),
    revokedBy: p.text().nullable(),
    quarantinedAt: p.datetime().nullable(),
    /** Why, for people. */
    quarantine: p.text().nullable(),
    releasedAt: p.datetime().nullable(),
    releasedBy: p.text().nullable(),
  },
});

/** A token that enrols one host, once; kept after its end as a record of who used it, or tried to. */
export const EnrolmentTokenRecord = defineEntity({
  name: 'EnrolmentToken',
  tableName: 'enrolment_token',
  properties: {
    /** SHA-256 of the token, hex: the token itself is kept nowhere. */
    hash: p.text().primary(),
    host: p.text().$type<HostId>().nullable(),
    labels: p.json<Selector>(),
    createdBy: p.text(),
    createdAt: p.datetime().defaultRaw('now()'),
    expiresAt: p.datetime(),
    usedAt: p.datetime().nullable(),
    usedBy: p.text().$type<HostId>().nullable(),
    usedKey: p.text().$type<Digest>().nullable(),
    refusals: p.integer().default(0),
    refusedAt: p.datetime().nullable(),
    /** The last refusal, for people. */
    refused: p.text().nullable(),
  },
});

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

/** What one host said last of one service; written when that is something new. */
export const HostServiceRecord = defineEntity({
  name: 'HostService',
  tableName: 'host_service',
  indexes: [{ properties: 'service' }],
  properties: {
    host: p.text().$type<HostId>().primary(),
    service: p.text().$type<ServiceName>().primary(),
    generation: p.bigint('number'),
    attemptDeployment: p.bigint('number').nullable(),
    attemptLocal: p.bigint('number').nullable(),
    running: p.text().$type<Digest>().nullable(),
    health: p.text().$type<InstanceHealth>(),
    state: p.text().$type<HostState>(),
    refused: p.json<readonly Refusal[]>(),
    pinned: p.boolean(),
    maintenance: p.boolean(),
    instance: p.json<ServiceReport['instance']>().nullable(),
    reason: p.text().nullable(),
    trace: p.json<ServiceReport['trace']>().nullable(),
    /** `null` when no agent ever found its tree to differ from what was signed. */
    drift: p.json<NonNullable<ServiceReport['drift']>>().nullable(),
    /** What the last change of instances cost its callers, ms; 0: one was always there. `null` where it was never said. */
    switchGapMs: p.bigint('number').nullable(),
    /** When `trace` last became another one. */
    tracedAt: p.datetime().nullable(),
    /** How often a release was seen to begin to run since the host took up the attempt: 1 is a switch that was not redone. */
    switches: p.integer().default(0),
    /** Of the report that wrote the row. */
    sequence: p.bigint('number'),
    /** When the host is known to have spoken of it: later, where the host's row says so (heard-at.ts). */
    reportedAt: p.datetime(),
    /** When the report last said something new. */
    changedAt: p.datetime(),
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

/** A blob that this region's store holds, verified: a file's chunk, a listing, a chunk table, a config. */
export const ChunkRecord = defineEntity({
  name: 'Chunk',
  tableName: 'chunk',
  properties: { digest: p.text().$type<Digest>().primary(), sizeBytes: p.bigint('number') },
});

/** A release that this region has, or is getting; hosts see it when it is published. */
export const ReplicaRecord = defineEntity({
  name: 'Replica',
  tableName: 'replica',
  properties: {
    release: p.text().$type<Digest>().primary(),
    service: p.text().$type<ServiceName>(),
    number: p.integer(),
    state: p.enum(['copying', 'published'] as const),
    /** Of the manifest root; set when published. */
    envelope: p.json<Envelope>().nullable(),
    /** Over all attempts: what had to be copied, and what was here already. */
    copiedBytes: p.bigint('number').defaultRaw('0'),
    reusedBytes: p.bigint('number').defaultRaw('0'),
    openedAt: p.datetime(),
    publishedAt: p.datetime().nullable(),
  },
});

/** Which of them a release is made of: its readers are given no other. */
export const ReplicaChunkRecord = defineEntity({
  name: 'ReplicaChunk',
  tableName: 'replica_chunk',
  properties: {
    release: p.text().$type<Digest>().primary(),
    digest: p.text().$type<Digest>().primary(),
  },
});

/** What this database is: `region` names the one that it belongs to. */
export const RegionSettingRecord = defineEntity({
  name: 'RegionSetting',
  tableName: 'region_setting',
  properties: { name: p.text().primary(), value: p.json<unknown>() },
});

/** One row: the numbering of summaries, shared by all workers of the region. */
export const SummaryCursorRecord = defineEntity({
  name: 'SummaryCursor',
  tableName: 'summary_cursor',
  properties: {
    region: p.text().$type<RegionName>().primary(),
    sequence: p.bigint('number'),
    claimedAt: p.datetime(),
    /** Digest of what the centre last accepted; `null` before the first. */
    acceptedDigest: p.text().$type<Digest>().nullable(),
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

/** Output of hosts that somebody reads, for as long as the lease holds. */
export const LogReadingRecord = defineEntity({
  name: 'LogReading',
  tableName: 'log_reading',
  properties: {
    id: p.uuid().primary(),
    service: p.text().$type<ServiceName>(),
    hosts: p.json<readonly HostId[]>(),
    /** Why there are none. */
    why: p.text().nullable(),
    lines: p.integer(),
    follow: p.boolean(),
    expiresAt: p.datetime(),
  },
});

/** On its way to who reads; gone when it was passed on, or nobody reads any more. */
export const LogChunkRecord = defineEntity({
  name: 'LogChunk',
  tableName: 'log_chunk',
  properties: {
    reading: p.uuid().primary(),
    host: p.text().$type<HostId>().primary(),
    sequence: p.bigint('number').primary(),
    text: p.text(),
    gap: p.boolean(),
    ended: p.text().$type<OutputEnd>().nullable(),
  },
});

export type GoalEntity = InferEntity<typeof GoalRecord>;

export const regionEntities = [
  HostRecord,
  HostIdentityRecord,
  EnrolmentTokenRecord,
  GoalRecord,
  GoalIndexRecord,
  HostServiceRecord,
  SnapshotRecord,
  BatchRecord,
  ChunkRecord,
  ReplicaRecord,
  ReplicaChunkRecord,
  RegionSettingRecord,
  SummaryCursorRecord,
  LocalActRecord,
  HeldGoalRecord,
  LogReadingRecord,
  LogChunkRecord,
];
