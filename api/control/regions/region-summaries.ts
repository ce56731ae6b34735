import type { RegionSummary } from '../../../protocol/summary.ts';

/** The last counts of each region. */
export interface RegionSummaries {
  /** Counts of a service that come with a lower number than those stored, or the same, are dropped. */
  store(summary: RegionSummary): Promise<void>;
}
