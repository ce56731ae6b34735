import { askMistake } from '../../domain/fleet/fleet-message-shape.ts';
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
  /** When it looked after those whose workflow is gone, last. */
  lookedAtMs: number;
  /** The last signal that could not be read, in words; `null` when none came. */
  refused: string | null;
}

export const openFleetRun = ({ carried }: FleetInput): FleetRun => ({
  // The version before took up and carried whatever came.
  asks: (carried?.asks ?? []).filter((ask) => askMistake(ask) === null),
  told: new Map((carried?.told ?? []).map(({ deployment, answer, atMs = 0 }) => [deployment, { answer, atMs }])),
  looks: 0,
  looksTaken: 0,
  isLookDue: false,
  restMs: 0,
  lookedAtMs: carried?.lookedAtMs ?? Date.now(),
  refused: null,
});

/** With its times: else each new history would tell all again who have moved up, and never find out who is gone. */
export const carriedBy = ({ asks, told, lookedAtMs }: FleetRun): FleetCarried => ({
  asks,
  told: [...told].map(([deployment, { answer, atMs }]) => ({ deployment, answer, atMs })),
  lookedAtMs,
});

/** It looks by itself for what no signal told: soon after news, then more seldom, and most seldom where nobody has a slot. */
const firstLookMs = 15_000;
const longestLookMs = { withHolders: 60_000, without: 600_000 } as const;
/** Clocks differ: one that is a little behind must not be asked a thousand times whether the moment has come. */
const leastRestMs = 1_000;

/** How long it waits for news before it looks. @param changeMs until a freeze begins or ends; may be past */
export function restFor(run: Pick<FleetRun, 'isLookDue' | 'restMs'>, hasHolders: boolean, changeMs: number) {
  const longestMs = hasHolders ? longestLookMs.withHolders : longestLookMs.without;
  const restMs = run.isLookDue ? Math.min(run.restMs * 2, longestMs) : firstLookMs;
  return { restMs, waitMs: Math.max(leastRestMs, Math.min(restMs, changeMs)) };
}

/** Also in the midst of news: on a busy fleet there may never be a rest. */
export const isLookDue = (isNews: boolean, nowMs: number, lookedAtMs: number): boolean =>
  !isNews || nowMs - lookedAtMs >= longestLookMs.withHolders;
