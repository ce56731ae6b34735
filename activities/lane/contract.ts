import type { MergeSource } from '../../domain/intake/merge.ts';
import type { LaneLock, OpenDeployment } from '../../domain/lane/lane.ts';
import type { PendingRollback } from '../../domain/lane/rollback-follow-up.ts';
import type { DeploymentNumber, RegionName, ReleaseNumber, ServiceName } from '../../domain/names.ts';
import type { DeploymentKind, DeploymentOutcome } from '../../domain/states.ts';

export type { LaneLock, MergeSource, OpenDeployment };

/** A person who asks for a release that exists. */
export interface PersonSource {
  readonly from: 'person';
  readonly person: string;
  readonly release: ReleaseNumber;
  readonly reason: string | null;
  /** Also if a later release takes back something that it brings. */
  readonly althoughReverted?: boolean;
  /** Of the regions only these; absent: all of them. */
  readonly regions?: readonly RegionName[];
  /** Of a rollback: to a release from before the previous one. */
  readonly further?: boolean;
}

/** What enters a lane. */
export interface DeploymentRequest {
  /** Delivery key or Idempotency-Key: one per service starts at most one deployment. */
  readonly key: string;
  readonly service: ServiceName;
  readonly kind: DeploymentKind;
  readonly source: MergeSource | PersonSource;
  /** A person's: it goes before all but rollbacks. A merge of that release that waits is the one that does, if there is one. */
  readonly hotfix?: boolean;
  /** Of a hotfix: what makes way for it, by an abort with or without hold. */
  readonly makesWay?: { readonly of: DeploymentNumber; readonly hold: boolean };
  /** Of a rollback: the active deployment, which is cancelled for it. */
  readonly cancels?: DeploymentNumber;
  /** Of that: a person has named the release or the regions. */
  readonly named?: boolean | undefined;
  /** W3C traceparent of the request that caused it. */
  readonly traceparent: string | null;
}

export interface LaneRecord {
  readonly lock: LaneLock | null;
  /** Oldest first. */
  readonly open: readonly OpenDeployment[];
  /** What waits for the end of the deployment that it is about; the version before didn't keep it. */
  readonly rollback?: PendingRollback | null;
  /** Since what that is about a newer deployment has begun: nobody wants it gone back from now. Left out when none has. */
  readonly rollbackIsLate?: DeploymentNumber;
}

/** A rollback that somebody asked for, and why it was not done after the end of what it waited for. */
export interface RefusedRollback {
  readonly by: string;
  /** Idempotency key of the request. */
  readonly key: string;
  readonly reason: string;
}

export type OpenDeploymentResult =
  | {
      readonly outcome: 'opened' | 'repeated';
      readonly deployment: OpenDeployment;
      /** A rollback or hotfix was opened: what waited has new numbers, which `loadLane` tells. */
      readonly requeued?: true;
      /** These, which waited, have ended: it brings a newer commit of their branch, or takes back what they bring. */
      readonly superseded?: readonly DeploymentNumber[];
      /** It has ended itself, as a newer merge had come first: this one. */
      readonly goesOnAs?: DeploymentNumber;
    }
  | { readonly outcome: 'refused'; readonly code: OpenRefusal; readonly reason: string };

/** What a person can do about it differs: choose another name, another release, wait for this one, or insist. */
export type OpenRefusal = 'not-found' | 'release-not-found' | 'release-not-ready' | 'release-reverted';

export interface DeploymentEnd {
  /**
   * `queued`: it was never started. `recovering`: its workflow is gone without an outcome, and `recovery` ends it. `lost`:
   * the same, as the version before said it.
   */
  readonly state: 'queued' | 'running' | 'ended' | 'recovering' | 'lost';
  readonly outcome: DeploymentOutcome | null;
  /** `touched` once an intent for one of its regions was recorded, `finishing` once its point of no return was. */
  readonly reach: 'untouched' | 'touched' | 'finishing';
  /** A hook of it may have run. Absent, as in the version before: none has. */
  readonly hooked?: boolean | undefined;
  /** It has stopped, and this end is decided. Absent: none is, or the version before answers. */
  readonly ends?: 'undo' | 'hold' | undefined;
}

/** Queue `control`: what a lane must keep although Temporal forgets. */
export interface LaneActivities {
  loadLane(input: { readonly service: ServiceName }): Promise<LaneRecord>;
  /** Gives the request its numbers, once: a repeated key finds the first answer. */
  openDeployment(input: DeploymentRequest): Promise<OpenDeploymentResult>;
  /**
   * AlreadyStarted is success: the id is the deployment's number, and the number's row names the request. Not `started`:
   * it has ended, the lane is locked, or another has begun; the lane doesn't know what Postgres knows (somebody reset it).
   */
  startDeployment(input: {
    readonly service: ServiceName;
    readonly deployment: DeploymentNumber;
  }): Promise<{ readonly started: boolean }>;
  /** By workflow id, never by visibility. One that was closed or reset without a recorded outcome is recovered. */
  describeDeployment(input: {
    readonly service: ServiceName;
    readonly deployment: DeploymentNumber;
  }): Promise<DeploymentEnd>;
  /** Ends a deployment that never started. */
  cancelDeployment(input: {
    readonly service: ServiceName;
    readonly deployment: DeploymentNumber;
    readonly by: string;
    readonly reason: string;
  }): Promise<void>;
  /**
   * `lock: null` opens the lane. Idempotent by `key`, the id of the message: a repeat changes nothing, and answers the
   * lock that stands now.
   */
  recordLock(input: {
    readonly service: ServiceName;
    readonly lock: LaneLock | null;
    readonly by: string;
    readonly reason: string;
    readonly key: string;
    /** Only while the lock that stands ends then: nothing is changed where it was kept shut for longer since. */
    readonly ends?: string | undefined;
  }): Promise<{ readonly lock: LaneLock | null }>;
  /** Keeps what is to be seen to when a deployment ends, for a lane that takes over; `null` when it was. */
  recordRollback(input: {
    readonly service: ServiceName;
    /** The deployment that it is about. */
    readonly of: DeploymentNumber;
    readonly rollback: PendingRollback | null;
    /** It could not be done after all: that stands in the audit of what it was about. Left out when it was. */
    readonly refused?: RefusedRollback;
  }): Promise<void>;
  /**
   * The release that a rollback goes to (`domain/history`), or, with `finishing` (a deployment past its point of no
   * return), what that one replaces. `null` when there is none.
   */
  findRollbackTarget(input: {
    readonly service: ServiceName;
    readonly finishing?: DeploymentNumber;
    /** The release that was asked for: it is found, or why not. */
    readonly to?: ReleaseNumber;
    /** The regions that were asked for; absent: all of them. */
    readonly regions?: readonly RegionName[];
  }): Promise<{
    readonly release: ReleaseNumber | null;
    /** Where only some regions have left the last success, and none was asked for: those. */
    readonly regions?: readonly RegionName[];
    /** Of the one that was asked for: it ran before the previous one. */
    readonly further?: boolean;
    /** Why it can't be gone back to. */
    readonly refused?: string;
  }>;
}
