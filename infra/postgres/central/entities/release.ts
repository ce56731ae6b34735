import { defineEntity, p } from '@mikro-orm/core';
import type { InferEntity } from '@mikro-orm/core';
import type { LogRef } from '../../../../activities/build/contract.ts';
import type { DeploymentNumber, Digest, RegionName, ReleaseNumber } from '../../../../domain/names.ts';
import type { ServiceSpec } from '../../../../domain/spec/service-spec.ts';
import type { ReleaseState } from '../../../../domain/states.ts';
import { keyOfService } from './service.ts';

/** `checkout@412`. Digest, spec and size are there from `ready` on. */
export const Release = defineEntity({
  name: 'Release',
  tableName: 'release',
  properties: {
    service: () => keyOfService().primary(),
    number: p.integer().$type<ReleaseNumber>().primary(),
    /** 40 hex digits. */
    commit: p.text(),
    subject: p.text(),
    /** Of every commit that the merge brought. */
    authors: p.json<readonly string[]>(),
    pusher: p.text(),
    /** Authors and pushers of the merges that it superseded; `null` for none. */
    carries: p.json<readonly string[]>().nullable(),
    state: p.text().$type<ReleaseState>(),
    digest: p.text().$type<Digest>().nullable(),
    configDigest: p.text().$type<Digest>().nullable(),
    spec: p.json<ServiceSpec>().nullable(),
    totalBytes: p.bigint('number').nullable(),
    files: p.integer().nullable(),
    /** What its build printed, also when it failed; the text lies in the central store. */
    buildLog: p.json<LogRef>().nullable(),
    createdAt: p.datetime(3),
  },
});
export type ReleaseRow = InferEntity<typeof Release>;

/** A signed statement that a release may run in these regions, and what it rests on. */
export const Admission = defineEntity({
  name: 'Admission',
  tableName: 'admission',
  properties: {
    /** Of the envelope's text. */
    digest: p.text().$type<Digest>().primary(),
    service: () => keyOfService(),
    release: p.integer().$type<ReleaseNumber>(),
    deployment: p.integer().$type<DeploymentNumber>(),
    regions: p.json<readonly RegionName[]>(),
    approvers: p.json<readonly string[]>(),
    /** What it rests on, kept in the central store: one admission for a release and its evidence. */
    evidence: p.text().$type<Digest>(),
    /** The signed envelope, as JSON text. */
    envelope: p.text(),
    admittedAt: p.datetime(3),
  },
  uniques: [{ name: 'admission_evidence', properties: ['service', 'release', 'evidence'] }],
});
