import type { Recurrence } from '../../../domain/calendar/recurrence.ts';
import type { FreezeKind, FreezePolicy, FreezeScope } from '../../../domain/fleet/freeze.ts';
import type { DeploymentNumber, ServiceName } from '../../../domain/names.ts';
import type { Fleet, Freeze } from '../../../protocol/api/fleet.ts';

export interface NewFreeze {
  readonly kind: FreezeKind;
  readonly owner: string;
  readonly reason: string;
  readonly policy: FreezePolicy;
  readonly scope: FreezeScope;
  readonly when: Recurrence;
  /** Of the request: one adds at most one. */
  readonly key: string;
}

export interface EndedBy {
  readonly by: string;
  readonly reason: string;
  readonly key: string;
}

/** Freezes, stop-the-line and emergency passes: rows that decide, and that people read. */
export interface FreezeBook {
  /** As of this moment. */
  readFleet(now: Date): Promise<Fleet>;
  /** `null`: there is none of this number. */
  find(freeze: number, now: Date): Promise<Freeze | null>;
  /** Those names of it that stand for nothing here. */
  unknownIn(scope: FreezeScope): Promise<FreezeScope>;
  /**
   * A line that is stopped already stays as it is: the stop that does as much is answered. One that is asked to do more, or
   * to last longer, is added beside it.
   */
  add(freeze: NewFreeze, now: Date): Promise<Freeze>;
  /**
   * Whether its key has added another one than this. What begins with its request (`beginsNow`) is the same however late
   * the repeat comes.
   */
  isKeyOfAnother(freeze: NewFreeze, beginsNow: boolean): Promise<boolean>;
  /** One that has ended stays as it was. */
  end(freeze: number, ended: EndedBy, now: Date): Promise<Freeze | null>;
  /**
   * Ends every stop of the line, in one step; what `requireAllowed` throws of one leaves all as they are. A request that
   * was taken before changes nothing, whatever was stopped since.
   */
  start(ended: EndedBy, requireAllowed: (stopped: Freeze) => void, now: Date): Promise<void>;
  /** Lets a deployment that has not ended pass; the first pass stays. */
  pass(
    service: ServiceName,
    deployment: DeploymentNumber,
    pass: EndedBy,
  ): Promise<{ readonly outcome: 'passes'; readonly by: string; readonly reason: string } | 'ended' | 'unknown'>;
}
