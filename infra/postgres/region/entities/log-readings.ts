import { defineEntity, p } from '@mikro-orm/core';
import type { HostId, ServiceName } from '../../../../domain/names.ts';
import type { OutputEnd } from '../../../../protocol/log-reading.ts';

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
