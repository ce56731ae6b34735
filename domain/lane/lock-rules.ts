/** Who may change a lock, and when it ends. */
import { samePerson } from '../approval/same-person.ts';
import type { LaneLock } from './lane.ts';

/** What a person may do beside what anybody may; whoever lets them in (the api) knows it. */
export interface LockRights {
  /** Has the role release-owner. */
  readonly releaseOwner: boolean;
  /** Is named as an owner of the service. */
  readonly ownsService: boolean;
}

/** Owner of a lock that nobody set: an undo did. */
export const automatic = 'slipway';

/**
 * Why this person may not open the lane, or move the end of its lock; `null` when they may. A lock belongs to who set it; one
 * that an undo set, to the owners of the service. A release-owner may open any.
 */
export function whyNotOpened(lock: LaneLock, by: string, rights: LockRights): string | null {
  if (rights.releaseOwner || isOwn(lock, by)) return null;
  if (lock.owner !== automatic) return `${lock.owner} has locked it: ${lock.owner} or a release-owner may open it`;
  if (rights.ownsService) return null;
  return 'an undo has locked it: an owner of the service or a release-owner may open it';
}

const isOwn = ({ owner }: LaneLock, by: string): boolean => owner !== automatic && samePerson(owner) === samePerson(by);

export interface LockRequest {
  readonly by: string;
  readonly reason: string;
  /** RFC 3339, UTC; `null` keeps it shut until somebody opens it. */
  readonly until: string | null;
  /** RFC 3339, UTC. */
  readonly at: string;
  /** `null` when it is not known what they may: then a lock that is there stays. */
  readonly rights: LockRights | null;
}

/**
 * The lock after the request; `null` when nothing changes. The first lock's owner and beginning stay. Who may open it may
 * move its end, and who owns it may say another reason.
 */
export function lockedBy(lock: LaneLock | null, { by, reason, until, at, rights }: LockRequest): LaneLock | null {
  const end = until === null ? {} : { until };
  if (lock === null) return { owner: by, reason, since: at, ...end };
  if (rights === null || whyNotOpened(lock, by, rights) !== null) return null;
  const { owner, since } = lock;
  const changed = { owner, reason: isOwn(lock, by) ? reason : lock.reason, since, ...end };
  return changed.reason === lock.reason && until === (lock.until ?? null) ? null : changed;
}

/**
 * The lock that there is and one that an undo or a rollback adds; `null` when nothing changes. The first one's owner and
 * beginning stay. It may not open by itself before the added one does: what was taken away would come back with the next
 * merge. Why it stays shut longer than its owner said is part of its reason then.
 */
export function lockedToo(lock: LaneLock | null, added: LaneLock): LaneLock | null {
  if (lock === null) return added;
  const { until, ...open } = lock;
  if (until === undefined || (added.until !== undefined && !isLater(added.until, until))) return null;
  const reason = `${lock.reason}; ${added.reason}`.slice(0, 500);
  return { ...open, reason, ...(added.until !== undefined && { until: added.until }) };
}

const isLater = (one: string, other: string): boolean => Date.parse(one) > Date.parse(other);

/** Milliseconds until it ends by itself, 0 when that is over; `null` for one without an end. */
export const endsInMs = (lock: LaneLock | null, nowMs: number): number | null =>
  lock?.until === undefined ? null : Math.max(0, Date.parse(lock.until) - nowMs);
