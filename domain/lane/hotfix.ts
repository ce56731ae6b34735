/** A hotfix goes before all but a rollback, and what is active makes way for it. */
import type { ReleaseNumber } from '../names.ts';
import type { ActiveReach } from './lane-decisions.ts';
import type { LaneState, OpenDeployment } from './lane.ts';

/**
 * What becomes of the active deployment:
 * - `undone`, `held`: it is aborted, and what it did is taken back, or stays as it is;
 * - `cancelled`: it has changed no region and run no hook, so there is nothing to bring back;
 * - `awaited`: it can't be stopped any more, or is a rollback.
 */
export interface MakesWay {
  readonly deployment: OpenDeployment;
  readonly how: 'undone' | 'held' | 'cancelled' | 'awaited';
}

/** How far it has come. */
export interface ActiveStanding {
  readonly reach: ActiveReach;
  /** A hook of it may have run. */
  readonly hooked?: boolean | undefined;
  /** It has stopped, and ends so, whatever is asked for now. */
  readonly ends?: 'undo' | 'hold' | undefined;
}

export interface HotfixRequest extends ActiveStanding {
  /** Leave its hosts where they are. */
  readonly hold: boolean;
}

/** `null` when nothing is in its way. */
export function makesWay({ active }: LaneState, { reach, hooked, ends, hold }: HotfixRequest): MakesWay | null {
  if (active === null || reach === 'none') return null;
  if (active.kind === 'rollback' || reach === 'finishing') return { deployment: active, how: 'awaited' };
  if (reach === 'untouched' && !hooked) return { deployment: active, how: 'cancelled' };
  return { deployment: active, how: (ends ?? (hold ? 'hold' : 'undo')) === 'hold' ? 'held' : 'undone' };
}

/** What brings the release everywhere already and has begun: it would only be stopped to be started again. `null` for nothing. */
export const isUnderWay = ({ active }: LaneState, release: ReleaseNumber): OpenDeployment | null =>
  active !== null && active.release === release && active.kind !== 'rollback' && !active.limited ? active : null;
