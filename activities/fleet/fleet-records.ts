import type { FleetMember, FleetRuling } from '../../domain/fleet/rule-fleet.ts';
import type { Freeze } from '../../domain/fleet/freeze.ts';
import type { ServiceName } from '../../domain/names.ts';
import type { DeploymentRef } from '../lane/lane-records.ts';
import type { SlotAsk } from './contract.ts';

/** All that the fleet decides by, as of one moment. */
export interface StoredFleet {
  readonly members: readonly FleetMember[];
  /** Those that nobody has ended, in effect or not. */
  readonly freezes: readonly Freeze[];
  /** When each service was given its last slot, RFC 3339. */
  readonly lastServed: ReadonlyMap<ServiceName, string>;
}

export type KeptRuling = FleetRuling & Pick<SlotAsk, 'requestId'>;

/** Slots and freezes in the central database. */
export interface FleetRecords {
  /**
   * Notes who asks, has `rule` decide, and keeps what it says, all in one transaction and one at a time. Who has ended, or
   * was never recorded, is left out.
   */
  turn(asks: readonly SlotAsk[], rule: (fleet: StoredFleet) => readonly FleetRuling[]): Promise<readonly KeptRuling[]>;
  /** It needs no slot any more, for this reason. */
  free(ref: DeploymentRef, why: string): Promise<void>;
  hasPass(ref: DeploymentRef): Promise<boolean>;
}
