import { defineEntity, p } from '@mikro-orm/core';
import type { Selector } from '../../../../domain/goal/goal.ts';
import type { Presence } from '../../../../domain/host-identity/presence.ts';
import type { InstanceHealth, Refusal } from '../../../../domain/goal/host-status.ts';
import type { Digest, HostId, ServiceName } from '../../../../domain/names.ts';
import type { HostState } from '../../../../domain/states.ts';
import type { ServiceReport } from '../../../../protocol/gateway.ts';

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
