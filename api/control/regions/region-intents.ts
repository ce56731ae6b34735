import type { RegionName } from '../../../domain/names.ts';
import type { RegionIntents } from '../../../protocol/region-intents.ts';

/** What a region is to do, as the centre has it: for a region whose database was restored. */
export interface IntentBook {
  read(region: RegionName): Promise<RegionIntents>;
}
