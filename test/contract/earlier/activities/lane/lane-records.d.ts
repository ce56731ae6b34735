import type { Success } from '../../domain/history/rollback-target.ts';
import type { DeploymentNumber, ReleaseNumber, ServiceName } from '../../domain/names.ts';
import type { DeploymentKind, DeploymentOutcome } from '../../domain/states.ts';
import type { DeploymentEnd, DeploymentRequest, LaneLock, LaneRecord, MergeSource, OpenDeploymentResult, PersonSource } from './contract.ts';
export interface DeploymentRef {
    readonly service: ServiceName;
    readonly deployment: DeploymentNumber;
}
export interface StoredDeployment extends DeploymentRef {
    readonly kind: DeploymentKind;
    readonly release: ReleaseNumber;
    readonly source: MergeSource | PersonSource;
    readonly cloneUrl: string;
    readonly folder: string;
    readonly commit: string;
    readonly traceparent: string | null;
    readonly started: boolean;
    readonly underWay: boolean;
    readonly runId: string | null;
    readonly outcome: DeploymentOutcome | null;
    readonly reach: DeploymentEnd['reach'];
}
export interface LockChange {
    readonly service: ServiceName;
    readonly lock: LaneLock | null;
    readonly by: string;
    readonly reason: string;
    readonly key: string;
}
export interface StoredHistory {
    readonly successes: readonly Success[];
    readonly deployable: ReadonlySet<ReleaseNumber>;
    readonly leftHeld: boolean;
}
export interface LaneRecords {
    readLane(service: ServiceName): Promise<LaneRecord | null>;
    open(request: DeploymentRequest): Promise<OpenDeploymentResult>;
    read(ref: DeploymentRef): Promise<StoredDeployment | null>;
    claimStart(ref: DeploymentRef): Promise<'claimed' | 'ended' | 'not-now' | 'unknown'>;
    noteRun(ref: DeploymentRef, runId: string): Promise<void>;
    cancel(ref: DeploymentRef, by: string, reason: string): Promise<'cancelled' | 'ended' | 'started' | 'unknown'>;
    changeLock(change: LockChange): Promise<{
        readonly lock: LaneLock | null;
    } | null>;
    readHistory(service: ServiceName): Promise<StoredHistory>;
}
