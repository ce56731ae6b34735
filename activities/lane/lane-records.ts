import type { StoredHistory } from '../../domain/history/rollback-history.ts';
import type { PendingRollback } from '../../domain/lane/rollback-follow-up.ts';
import type { DeploymentNumber, ReleaseNumber, ServiceName } from '../../domain/names.ts';
import type { DeploymentKind, DeploymentOutcome } from '../../domain/states.ts';
import type {
  DeploymentEnd,
  DeploymentRequest,
  LaneLock,
  LaneRecord,
  MergeSource,
  OpenDeploymentResult,
  PersonSource,
  RefusedRollback,
} from './contract.ts';

export type { StoredHistory };

export interface DeploymentRef {
  readonly service: ServiceName;
  readonly deployment: DeploymentNumber;
}

/** A deployment's row, with what its workflow needs to begin. */
export interface StoredDeployment extends DeploymentRef {
  readonly kind: DeploymentKind;
  readonly release: ReleaseNumber;
  readonly source: MergeSource | PersonSource;
  readonly cloneUrl: string;
  readonly folder: string;
  /** Of the release; 40 hex digits. */
  readonly commit: string;
  readonly traceparent: string | null;
  readonly started: boolean;
  /** Something was recorded of its course: its workflow has run. */
  readonly underWay: boolean;
  /** Of its workflow as it was started; `null` when Temporal's answer got lost. */
  readonly runId: string | null;
  readonly outcome: DeploymentOutcome | null;
  readonly reach: DeploymentEnd['reach'];
  readonly hooked?: DeploymentEnd['hooked'];
  readonly ends?: DeploymentEnd['ends'];
}

export interface LockChange {
  readonly service: ServiceName;
  readonly lock: LaneLock | null;
  readonly by: string;
  readonly reason: string;
  readonly key: string;
  /** Only while the lock that stands ends then. */
  readonly ends?: string | undefined;
}

/** What lanes keep in the central database. Every change is written once with its audit record, however often asked. */
export interface LaneRecords {
  /** `null`: there is no such service. */
  readLane(service: ServiceName): Promise<LaneRecord | null>;
  open(request: DeploymentRequest): Promise<OpenDeploymentResult>;
  read(ref: DeploymentRef): Promise<StoredDeployment | null>;
  /** From here on it can't be cancelled. `ended`: it was cancelled before. `not-now`: locked, or another has begun. */
  claimStart(ref: DeploymentRef): Promise<'claimed' | 'ended' | 'not-now' | 'unknown'>;
  /** The run of its workflow, for people to open, and by which another is known. */
  noteRun(ref: DeploymentRef, runId: string): Promise<void>;
  /** Nothing is changed but on `cancelled`. */
  cancel(ref: DeploymentRef, by: string, reason: string): Promise<'cancelled' | 'ended' | 'started' | 'unknown'>;
  /** The lock as it stands then; a repeat changes nothing. `null`: there is no such service. */
  changeLock(change: LockChange): Promise<{ readonly lock: LaneLock | null } | null>;
  /** `null` forgets the one that is about `of`, and no other; with `refused` that is in the audit, once. */
  keepRollback(
    service: ServiceName,
    of: DeploymentNumber,
    rollback: PendingRollback | null,
    refused?: RefusedRollback,
  ): Promise<void>;
  readHistory(service: ServiceName): Promise<StoredHistory>;
}
