import type { SlotAnswer, SlotAsk } from '../../activities/fleet/contract.ts';
import type { FleetCarried, FleetInput } from '../messages/fleet.ts';

/** What one run of the workflow knows. */
export interface FleetRun {
  /** Not taken up yet. */
  readonly asks: SlotAsk[];
  /** By `checkout/87`. */
  readonly told: Map<string, { readonly answer: SlotAnswer; readonly atMs: number }>;
  /** Hints that something has changed, and those that the last turn knew of. */
  looks: number;
  looksTaken: number;
  /** The next turn looks after those whose workflow is gone. */
  isLookDue: boolean;
  /** How long it last waited before it looked by itself. */
  restMs: number;
}

export const openFleetRun = ({ carried }: FleetInput): FleetRun => ({
  asks: [...(carried?.asks ?? [])],
  told: new Map((carried?.told ?? []).map(({ deployment, answer }) => [deployment, { answer, atMs: 0 }])),
  looks: 0,
  looksTaken: 0,
  isLookDue: false,
  restMs: 0,
});

export const carriedBy = ({ asks, told }: FleetRun): FleetCarried => ({
  asks,
  told: [...told].map(([deployment, { answer }]) => ({ deployment, answer })),
});
