import { setCurrentDetails } from '@temporalio/workflow';
import type { LaneEvent, LaneState } from '../../domain/lane/lane.ts';
import { apply, emptyLane } from '../../domain/lane/lane.ts';
import type { PendingRollback } from '../../domain/lane/rollback-follow-up.ts';
import { laneDetails } from '../../domain/progress/details.ts';
import type { ServiceName } from '../../domain/names.ts';
import type { LaneCarried, LaneInput, LaneStatus, RecentAnswer } from '../messages/lane.ts';
import { oneAtATime } from '../one-at-a-time.ts';

/** Of each message an answer is kept for a repeat; 100 are days of messages, and 20 kB. */
const recentAnswers = 100;

/** What one run of the workflow knows. */
export interface LaneRun {
  readonly service: ServiceName;
  state: LaneState;
  held: string | null;
  rollback: PendingRollback | null;
  recent: readonly RecentAnswer[];
  /** Updates that this run has taken; Temporal allows 2,000 a run. */
  updates: number;
  readonly inTurn: ReturnType<typeof oneAtATime>;
}

export function openLaneRun({ service, carried }: LaneInput): LaneRun {
  const { lock, active, queue } = carried ?? emptyLane;
  return {
    service,
    state: { lock, active, queue },
    held: carried?.held ?? null,
    rollback: carried?.rollback ?? null,
    recent: carried?.recent ?? [],
    updates: 0,
    inTurn: oneAtATime(),
  };
}

export const statusOf = ({ state, held }: LaneRun): LaneStatus => ({ ...state, held });

export const carriedBy = (run: LaneRun): LaneCarried => ({
  ...statusOf(run),
  rollback: run.rollback,
  recent: run.recent,
});

export function happened(run: LaneRun, event: LaneEvent): void {
  run.state = apply(run.state, event);
  showLane(run);
}

export function showLane({ service, state, held }: LaneRun): void {
  const why = held === null ? '' : `\n\n**Held**: ${held}`;
  setCurrentDetails(laneDetails(service, state) + why);
}

/** What a message of this verb with this key got before. */
export const answeredBefore = (run: LaneRun, verb: RecentAnswer['verb'], key: string): RecentAnswer | undefined =>
  run.recent.find((recent) => recent.verb === verb && recent.key === key);

export function remember(run: LaneRun, answer: RecentAnswer): void {
  run.recent = [...run.recent, answer].slice(-recentAnswers);
}
