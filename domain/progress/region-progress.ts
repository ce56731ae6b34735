import type { RegionName } from '../names.ts';
import type { RegionState } from '../states.ts';

/** One region of a deployment, as people see it. */
export interface RegionProgress {
  readonly region: RegionName;
  readonly state: RegionState;
  /** Batches allowed so far and planned. */
  readonly batch: number;
  readonly batches: number;
  readonly hosts: {
    readonly total: number;
    readonly switched: number;
    readonly healthy: number;
    readonly failed: number;
  };
  /** Why it is not moving, for people; `null` when nothing is wrong. */
  readonly reason: string | null;
}
