import { defineEntity, p } from '@mikro-orm/core';
import type { Digest, ServiceName } from '../../../../domain/names.ts';
import type { Envelope } from '../../../../protocol/dsse.ts';

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
