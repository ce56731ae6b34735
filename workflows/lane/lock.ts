import type { LaneStatus, LockMessage } from '../messages/lane.ts';
import { now } from '../now.ts';
import { askAfterActive } from './active.ts';
import type { LaneRun } from './lane-run.ts';
import { answeredBefore, remember, statusOf } from './lane-run.ts';
import { recordLock } from './record-lock.ts';

/** Holds the lane shut. The first lock stays. */
export async function lock(run: LaneRun, { by, reason, key }: LockMessage): Promise<LaneStatus> {
  if (answeredBefore(run, 'lock', key) !== undefined) return statusOf(run);
  await hearOfLock(run);
  if (run.state.lock === null) {
    const held = { owner: by, reason, since: now() };
    await recordLock(run, { lock: held, by, reason, key });
  }
  remember(run, { verb: 'lock', key });
  return statusOf(run);
}

/** Opens the lane. A late copy of an older unlock opens nothing. */
export async function unlock(run: LaneRun, { by, reason, key }: LockMessage): Promise<LaneStatus> {
  if (answeredBefore(run, 'unlock', key) !== undefined) return statusOf(run);
  await hearOfLock(run);
  if (run.state.lock !== null) {
    await recordLock(run, { lock: null, by, reason, key });
  }
  remember(run, { verb: 'unlock', key });
  return statusOf(run);
}

/** What is active may have ended and locked the lane a moment ago: a person can see that before the lane has heard of it. */
const hearOfLock = async (run: LaneRun): Promise<void> => {
  if (run.state.lock === null) await askAfterActive(run);
};
