import { endsInMs, lockedBy, automatic, whyNotOpened } from '../../domain/lane/lock-rules.ts';
import { refusalOf, type LaneStatus, type LockMessage, type UnlockAnswer } from '../messages/lane.ts';
import { now } from '../now.ts';
import { askAfterActive } from './active.ts';
import type { LaneRun } from './lane-run.ts';
import { load } from './load.ts';
import { answeredBefore, remember, statusOf } from './lane-run.ts';
import { recordLock } from './record-lock.ts';

/** Holds the lane shut. The first lock stays; who may open it may move its end. */
export async function lock(run: LaneRun, message: LockMessage): Promise<LaneStatus> {
  const { by, reason, key, until = null, rights = null } = message;
  if (answeredBefore(run, 'lock', key) !== undefined) return statusOf(run);
  await hearOfLock(run);
  const held = lockedBy(run.state.lock, { by, reason, until, at: now(), rights });
  if (held !== null) await recordLock(run, { lock: held, by, reason, key });
  remember(run, { verb: 'lock', key });
  return statusOf(run);
}

/** Opens the lane. A late copy of an older unlock opens nothing. */
export async function unlock(run: LaneRun, message: LockMessage): Promise<UnlockAnswer> {
  const { by, reason, key, rights } = message;
  if (answeredBefore(run, 'unlock', key) !== undefined) return statusOf(run);
  await hearOfLock(run);
  const { lock: held } = run.state;
  const refused = held === null || rights === undefined ? null : whyNotOpened(held, by, rights);
  if (refused !== null) return { ...statusOf(run), refused, ...refusalOf(message) };
  if (held !== null) await recordLock(run, { lock: null, by, reason, key });
  remember(run, { verb: 'unlock', key });
  return statusOf(run);
}

/** Whether its lock has ended by now; a lane that was away at that moment finds out later. */
export const isLockOver = ({ state }: LaneRun): boolean => endsInMs(state.lock, Date.now()) === 0;

/** Opens a lane whose lock has ended. */
export async function openAtEnd(run: LaneRun): Promise<void> {
  const { lock: held } = run.state;
  if (held === null || !isLockOver(run)) return;
  const { since, until, owner } = held;
  const reason = `the lock that ${owner} set has ended`;
  await recordLock(run, { lock: null, by: automatic, reason, key: `ended:${since}:${until}`, ends: until });
  // What was locked for longer since, as Postgres knows, stays shut.
  if (isLockOver(run)) await load(run);
}

/** What is active may have ended and locked the lane a moment ago: a person can see that before the lane has heard of it. */
const hearOfLock = async (run: LaneRun): Promise<void> => {
  if (run.state.lock === null) await askAfterActive(run);
};
