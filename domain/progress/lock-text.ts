import type { LaneLock } from '../lane/lane.ts';
import { clockTime } from './plain-text.ts';

type Shown = Pick<LaneLock, 'owner' | 'reason' | 'until'>;

/** ` until 2026-11-24 14:00 UTC`, or nothing where only a person opens it. */
export const untilText = ({ until }: Pick<LaneLock, 'until'>): string =>
  until === undefined ? '' : ` until ${clockTime(until)}`;

/** `locked by mo until 2026-11-24 14:00 UTC: "INC-7"` */
export const lockText = (lock: Shown): string => `locked by ${lock.owner}${untilText(lock)}: "${lock.reason}"`;

/** `locked since 2026-11-24 12:00 UTC by mo until 2026-11-24 14:00 UTC: "INC-7"` */
export const lockSinceText = (lock: LaneLock): string =>
  `locked since ${clockTime(lock.since)} by ${lock.owner}${untilText(lock)}: "${lock.reason}"`;
