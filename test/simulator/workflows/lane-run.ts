/** Mirrors workflows/lane/lane-run.ts and workflows/one-at-a-time.ts. */
import type { LaneEvent, LaneState } from '../../../domain/lane/lane.ts';
import { emptyLane } from '../../../domain/lane/lane.ts';
import type { PendingRollback } from '../../../domain/lane/rollback-follow-up.ts';
import type { DeploymentNumber } from '../../../domain/names.ts';
import type { Request } from '../centre/lane-records.ts';
import type { Decisions } from '../decisions.ts';

export type LaneMessage =
  | { readonly verb: 'load' | 'start' | 'ask' | 'look' }
  | { readonly verb: 'submit'; readonly request: Request; readonly queueWhenLocked: boolean }
  | { readonly verb: 'lock' | 'unlock' | 'rollback'; readonly key: string }
  | { readonly verb: 'withdraw'; readonly deployment: DeploymentNumber; readonly key: string };

export interface LaneRun {
  state: LaneState;
  held: string | null;
  rollback: PendingRollback | null;
  /** Verbs and keys of messages that were answered. */
  recent: readonly string[];
  /** Turns that wait for the one before. */
  turns: readonly LaneMessage[];
  /** The active deployment when the lane last looked for news. */
  looked: DeploymentNumber | null;
}

export const openLane = (): LaneRun => ({
  state: emptyLane,
  held: null,
  rollback: null,
  recent: [],
  turns: [{ verb: 'load' }],
  looked: null,
});

export function happened(run: LaneRun, event: LaneEvent, decisions: Decisions): void {
  run.state = decisions.applyToLane(run.state, event);
}

/** 100 as in the lane itself. */
export function remember(run: LaneRun, answer: string): void {
  run.recent = [...run.recent, answer].slice(-100);
}
