import { setCurrentDetails } from '@temporalio/workflow';
import type { LaneEvent, LaneState } from '../../domain/lane/lane.ts';
import { apply, emptyLane } from '../../domain/lane/lane.ts';
import type { PendingRollback } from '../../domain/lane/rollback-follow-up.ts';
import { laneDetails } from '../../domain/progress/details.ts';
import type { ServiceName } from '../../domain/names.ts';
import type { LaneCarried, LaneInput, LaneStatus, RecentAnswer, WithdrawMessage } from '../messages/lane.ts';
import type { Turns } from '../one-at-a-time.ts';
import { oneAtATime } from '../one-at-a-time.ts';

/**
 * Of each message an answer is kept for a repeat; 100 are days of messages, and 20 kB. Withdrawals are counted apart: a
 * history in which none was kept must find the same repeats when it is replayed.
 */
const recentAnswers = 100;

/** What one run of the workflow knows. */
export interface LaneRun extends Turns {
  readonly service: ServiceName;
  state: LaneState;
  held: string | null;
  rollback: PendingRollback | null;
  recent: readonly RecentAnswer[];
  /** Updates that this run has taken, and may take. */
  updates: number;
  readonly maxUpdates: number;
}

/** Of lanes that were started without a number: what their histories were made by must not change. */
const maxUpdatesBefore = 1_000;

export function openLaneRun({ service, carried, maxUpdates = maxUpdatesBefore }: LaneInput): LaneRun {
  const { lock, active, queue } = carried ?? emptyLane;
  return {
    service,
    state: { lock, active, queue },
    held: carried?.held ?? null,
    rollback: carried?.rollback ?? null,
    recent: carried?.recent ?? [],
    updates: 0,
    maxUpdates,
    ...oneAtATime(),
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

/** Whether this very deployment was withdrawn by a message with this key: one key may have been sent about several. */
export const withdrawnBefore = (run: LaneRun, { deployment, key }: WithdrawMessage): boolean =>
  run.recent.some((recent) => recent.verb === 'withdraw' && recent.key === key && recent.deployment === deployment);

export function remember(run: LaneRun, answer: RecentAnswer): void {
  const isWithdrawal = answer.verb === 'withdraw';
  const alike = run.recent.filter(({ verb }) => (verb === 'withdraw') === isWithdrawal);
  const forgotten = alike.length < recentAnswers ? undefined : alike[0];
  run.recent = [...run.recent.filter((recent) => recent !== forgotten), answer];
}
