import { defineEntity, p } from '@mikro-orm/core';
import type { InferEntity } from '@mikro-orm/core';
import type { LeftReason } from '../../../../domain/goal/left-counts.ts';
import type { DeploymentNumber, Digest, HostId, ReleaseNumber, ServiceName } from '../../../../domain/names.ts';
import { keyOfRegion } from './region.ts';

/** A host that the undo of a deployment has left, as its region told it last. */
export const LeftHostRow = defineEntity({
  name: 'LeftHostRow',
  tableName: 'left_host',
  properties: {
    service: p.text().$type<ServiceName>().primary(),
    deployment: p.integer().$type<DeploymentNumber>().primary(),
    region: () => keyOfRegion().primary(),
    host: p.text().$type<HostId>().primary(),
    /** By its last report; `null`: nothing. */
    runs: p.text().$type<Digest>().nullable(),
    /** Its number, where that is known. */
    release: p.integer().$type<ReleaseNumber>().nullable(),
    why: p.text().$type<LeftReason>(),
    /** Of the list that named it last, or was the first without it. */
    sequence: p.bigint('number'),
    since: p.datetime(3),
    /** When it was back, or a later deployment stood there; `null` while it is left. */
    goneAt: p.datetime(3).nullable(),
  },
  indexes: [
    {
      name: 'left_host_standing',
      expression: 'create index left_host_standing on left_host (region) where gone_at is null',
    },
    {
      name: 'left_host_gone',
      expression: 'create index left_host_gone on left_host (region, gone_at) where gone_at is not null',
    },
  ],
});
export type LeftHostEntity = InferEntity<typeof LeftHostRow>;
