import type {
  ListObligationsInput,
  Obligation,
  OwedInRegion,
  RecordedIntent,
  RecordIntentInput,
  SettleObligationInput,
} from './contract.ts';

/** What the centre remembers of a service in a region (docs/goal-protocol.md §1). */
export interface RegionRecords {
  /** `ended`: the deployment has ended and goes forward no more; nothing is written down. */
  recordIntent(intent: RecordIntentInput): Promise<RecordedIntent | 'ended'>;
  recordObligation(obligation: Obligation): Promise<void>;
  listObligations(input: ListObligationsInput): Promise<OwedInRegion>;
  /** Without effect when another has taken its place. */
  settleObligation(settled: SettleObligationInput): Promise<void>;
}
