import { defineEntity, p } from '@mikro-orm/core';
import type { Drain } from '../../../../domain/region/region-life.ts';
import type { RegionName, ServiceName } from '../../../../domain/names.ts';
import type { RegionSummary } from '../../../../protocol/summary.ts';

/** A failure domain that this centre steers. */
export const Region = defineEntity({
  name: 'Region',
  tableName: 'region',
  properties: {
    name: p.text().$type<RegionName>().primary(),
    /** SHA-256 of the token with which the region's worker sends summaries. */
    tokenHash: p.text().unique(),
    addedAt: p.datetime(3),
    /** While it is set no rollout is planned to it. */
    drain: p.json<Drain>().nullable(),
    /** Its worker's token opens nothing any more. The row stays: what was deployed there refers to it. */
    removedAt: p.datetime(3).nullable(),
  },
});

/** A column `region` that names one. Rows that refer to a region outlive nothing: it can't be removed under them. */
export const keyOfRegion = () =>
  p.manyToOne(Region).mapToPk().fieldName('region').deleteRule('no action').updateRule('no action');

/** The last counts that a region sent of a service. A number lower than the stored one is dropped. */
export const RegionSummaryRow = defineEntity({
  name: 'RegionSummaryRow',
  tableName: 'region_summary',
  properties: {
    region: () => keyOfRegion().primary(),
    service: p.text().$type<ServiceName>().primary(),
    sequence: p.bigint('number'),
    summary: p.json<RegionSummary['services'][number]>(),
    /** When the region counted, by its clock. */
    at: p.datetime(3),
    receivedAt: p.datetime(3),
  },
});
