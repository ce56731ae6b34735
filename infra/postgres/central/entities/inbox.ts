import { defineEntity, p } from '@mikro-orm/core';
import type { InferEntity } from '@mikro-orm/core';
import type { DeploymentRequest } from '../../../../activities/lane/contract.ts';
import type { DeploymentNumber } from '../../../../domain/names.ts';
import { keyOfService } from './service.ts';

/** An accepted merge on its way into a lane: never lost, and at most one deployment (docs/design.md §9). */
export const InboxRow = defineEntity({
  name: 'InboxRow',
  tableName: 'inbox',
  properties: {
    /** Drained in this order, one at a time per service. */
    id: p.bigint('number').primary().autoincrement(),
    service: () => keyOfService(),
    deliveryKey: p.text(),
    payload: p.json<Pick<DeploymentRequest, 'kind' | 'source'>>(),
    traceparent: p.text().nullable(),
    receivedAt: p.datetime(3),
    /** When the lane accepted it. */
    deliveredAt: p.datetime(3).nullable(),
    /** The deployment that it became. */
    deployment: p.integer().$type<DeploymentNumber>().nullable(),
    /** When that ended, or when the lane refused it. */
    finishedAt: p.datetime(3).nullable(),
    /** Why the lane refused it. */
    refusal: p.text().nullable(),
  },
  uniques: [{ name: 'inbox_delivery_key', properties: ['service', 'deliveryKey'] }],
  indexes: [
    {
      name: 'inbox_unfinished',
      expression: 'create index inbox_unfinished on inbox (service, id) where finished_at is null',
    },
  ],
});
export type Inbox = InferEntity<typeof InboxRow>;

/** Every authenticated delivery of a webhook and what became of it, ignored ones included. */
export const Delivery = defineEntity({
  name: 'Delivery',
  tableName: 'delivery',
  properties: {
    id: p.bigint('number').primary().autoincrement(),
    /** As the sender numbers it; a redelivery may carry a new one. */
    guid: p.text(),
    event: p.text(),
    /** `accepted`, `repeated` or `ignored`. */
    outcome: p.text(),
    reason: p.text().nullable(),
    receivedAt: p.datetime(3).index('delivery_received_at'),
  },
});
