import type { RegionName } from '../names.ts';
import type { Attempt } from './attempt.ts';

/** What the centre knows of a deployment whose workflow closed without a recorded outcome. */
export interface LostDeployment {
  /** Of its regions: the attempt that it began, and that recovery goes on in. */
  readonly attempt: Attempt;
  /** Every region of the plan, heard of or not. */
  readonly regions: readonly RegionName[];
  readonly pointOfNoReturn: boolean;
  /** The spec's `rollback.automatic`. */
  readonly rollbackAutomatically: boolean;
  /** Highest that any region was sent. */
  readonly controlRevision: number;
}

export interface RecoveryStep {
  readonly region: RegionName;
  readonly kind: 'finish' | 'undo' | 'hold';
  readonly attempt: Attempt;
  readonly controlRevision: number;
}

/**
 * Closes every region of the plan, also those where a begin was issued and not heard: written in the same attempt, the
 * step fences a begin that still comes. The revision is above any, so that no delayed resume overturns it
 * (docs/goal-protocol.md §8).
 */
export function decideRecovery(lost: LostDeployment): readonly RecoveryStep[] {
  const kind = lost.pointOfNoReturn ? 'finish' : lost.rollbackAutomatically ? 'undo' : 'hold';
  const controlRevision = lost.controlRevision + 1;
  return lost.regions.map((region) => ({ region, kind, attempt: lost.attempt, controlRevision }));
}

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
