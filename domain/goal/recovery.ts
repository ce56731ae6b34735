/** Who starts the lane of a service (docs/goal-protocol.md §8); what ends a lost deployment is in `domain/deployment/lost.ts`. */

import { passesLock, type LaneLock } from '../lane/lane.ts';
import type { DeploymentKind } from '../states.ts';

/** What the centre's database says of one service's lane; `laneOpen` is what Temporal says. */
export interface LaneNeed {
  readonly unfinishedRows: number;
  readonly openNumbers: number;
  readonly serviceHeld: boolean;
  readonly laneOpen: boolean;
}

/** What waits in a lane, as the centre's database says it. */
export interface WaitingInLane {
  /** Some deployment has begun and not ended: the lane asks after it by itself. */
  readonly begun: boolean;
  readonly lock: LaneLock | null;
  /** Have a number and have not begun. */
  readonly waiting: readonly { readonly kind: DeploymentKind; readonly hotfix?: unknown }[];
}

/**
 * Whether a lane that is open should look into the database: something may start, and it starts nothing. It may not know:
 * what an activity of a lane that was closed meanwhile has opened, nobody tells the one after it.
 */
export const needsLook = ({ begun, lock, waiting }: WaitingInLane): boolean =>
  !begun && waiting.some((one) => lock === null || passesLock(one));

/** Whether the inbox loop starts the lane: it has something to do, and nobody does it. */
export const needsLane = ({ unfinishedRows, openNumbers, serviceHeld, laneOpen }: LaneNeed): boolean =>
  !laneOpen && (unfinishedRows > 0 || openNumbers > 0 || serviceHeld);
