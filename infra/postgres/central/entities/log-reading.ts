import { defineEntity, p } from '@mikro-orm/core';
import type { HostId, RegionName, ServiceName } from '../../../../domain/names.ts';
import type { OutputEnd } from '../../../../protocol/log-reading.ts';

/** Somebody reads the output of instances, for as long as the lease holds. */
export const LogReadingRow = defineEntity({
  name: 'LogReadingRow',
  tableName: 'log_reading',
  properties: {
    id: p.uuid().primary(),
    service: p.text().$type<ServiceName>(),
    region: p.text().$type<RegionName>(),
    /** The one that was named. */
    host: p.text().$type<HostId>().nullable(),
    every: p.boolean(),
    lines: p.integer(),
    follow: p.boolean(),
    askedBy: p.text(),
    /** Of the request. */
    key: p.text().unique(),
    /** As the region chose; `null` until it did. */
    hosts: p.json<readonly HostId[]>().nullable(),
    /** Why there are none. */
    why: p.text().nullable(),
    expiresAt: p.datetime(3),
  },
});

/** Gone when it was seen, or nobody reads any more. */
export const LogChunkRow = defineEntity({
  name: 'LogChunkRow',
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
