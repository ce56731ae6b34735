/** Who starts the lane of a service (docs/goal-protocol.md §8); what ends a lost deployment is in `domain/deployment/lost.ts`. */

/** What the centre's database says of one service's lane; `laneOpen` is what Temporal says. */
export interface LaneNeed {
  readonly unfinishedRows: number;
  readonly openNumbers: number;
  readonly serviceHeld: boolean;
  readonly laneOpen: boolean;
}

/** Whether the inbox loop starts the lane: it has something to do, and nobody does it. */
export const needsLane = ({ unfinishedRows, openNumbers, serviceHeld, laneOpen }: LaneNeed): boolean =>
  !laneOpen && (unfinishedRows > 0 || openNumbers > 0 || serviceHeld);
