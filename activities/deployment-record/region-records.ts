import type { RegionName } from '../../domain/names.ts';
import type { Obligation, RecordedIntent, RecordIntentInput } from './contract.ts';

/** What the centre remembers of a service in a region (docs/goal-protocol.md §1). */
export interface RegionRecords {
  recordIntent(intent: RecordIntentInput): Promise<RecordedIntent>;
  recordObligation(obligation: Obligation): Promise<void>;
  /** Oldest attempt first. */
  listObligations(region: RegionName): Promise<readonly Obligation[]>;
  /** Without effect when another has taken its place. */
  settleObligation(obligation: Obligation): Promise<void>;
}
