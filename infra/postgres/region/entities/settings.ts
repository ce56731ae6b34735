import { defineEntity, p } from '@mikro-orm/core';
import type { Digest, RegionName } from '../../../../domain/names.ts';

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
