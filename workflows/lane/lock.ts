import { lanes } from '../activity-options/control.ts';
import type { LaneStatus, LockMessage } from '../messages/lane.ts';
import { now } from '../now.ts';
import { askAfterActive } from './active.ts';
import type { LaneRun } from './lane-run.ts';
import { answeredBefore, happened, remember, statusOf } from './lane-run.ts';

/** Holds the lane shut. The first lock stays. */
export async function lock(run: LaneRun, { by, reason, key }: LockMessage): Promise<LaneStatus> {
  const { service } = run;
  if (answeredBefore(run, 'lock', key) !== undefined) return statusOf(run);
  await hearOfLock(run);
  if (run.state.lock === null) {
    const held = { owner: by, reason, since: now() };
    await lanes.recordLock({ service, lock: held, by, reason, key });
    happened(run, { kind: 'locked', lock: held });
  }
  remember(run, { verb: 'lock', key });
  return statusOf(run);
}

/** Opens the lane. A late copy of an older unlock opens nothing. */
export async function unlock(run: LaneRun, { by, reason, key }: LockMessage): Promise<LaneStatus> {
  const { service } = run;
  if (answeredBefore(run, 'unlock', key) !== undefined) return statusOf(run);
  await hearOfLock(run);
  if (run.state.lock !== null) {
    await lanes.recordLock({ service, lock: null, by, reason, key });
    happened(run, { kind: 'unlocked' });
  }
  remember(run, { verb: 'unlock', key });
  return statusOf(run);
}

/** What is active may have ended and locked the lane a moment ago: a person can see that before the lane has heard of it. */
const hearOfLock = async (run: LaneRun): Promise<void> => {
  if (run.state.lock === null) await askAfterActive(run);
};
