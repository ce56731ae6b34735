import type { LaneLock } from '../../domain/lane/lane.ts';
import { lanes } from '../activity-options/control.ts';
import type { LaneRun } from './lane-run.ts';
import { happened } from './lane-run.ts';

type LockChange = Omit<Parameters<typeof lanes.recordLock>[0], 'service'>;

/** Postgres has the last word: of a late repeat it keeps what was done since, and so does the lane. */
export async function recordLock(run: LaneRun, change: LockChange): Promise<void> {
  const answer = (await lanes.recordLock({ service: run.service, ...change })) as { lock: LaneLock | null } | undefined;
  // In a history of the version before there is no answer.
  const stands = answer === undefined ? change.lock : answer.lock;
  happened(run, stands === null ? { kind: 'unlocked' } : { kind: 'locked', lock: stands });
}
