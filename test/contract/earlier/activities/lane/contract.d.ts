import type { MergeSource } from '../../domain/intake/merge.ts';
import type { LaneLock, OpenDeployment } from '../../domain/lane/lane.ts';
import type { DeploymentNumber, ReleaseNumber, ServiceName } from '../../domain/names.ts';
import type { DeploymentKind, DeploymentOutcome } from '../../domain/states.ts';
export type { LaneLock, MergeSource, OpenDeployment };
export interface PersonSource {
    readonly from: 'person';
    readonly person: string;
    readonly release: ReleaseNumber;
    readonly reason: string | null;
    readonly althoughReverted?: boolean;
}
export interface DeploymentRequest {
    readonly key: string;
    readonly service: ServiceName;
    readonly kind: DeploymentKind;
    readonly source: MergeSource | PersonSource;
    readonly hotfix?: boolean;
    readonly traceparent: string | null;
}
export interface LaneRecord {
    readonly lock: LaneLock | null;
    readonly open: readonly OpenDeployment[];
}
export type OpenDeploymentResult = {
    readonly outcome: 'opened' | 'repeated';
    readonly deployment: OpenDeployment;
    readonly requeued?: true;
    readonly superseded?: readonly DeploymentNumber[];
    readonly goesOnAs?: DeploymentNumber;
} | {
    readonly outcome: 'refused';
    readonly code: OpenRefusal;
    readonly reason: string;
};
export type OpenRefusal = 'not-found' | 'release-not-found' | 'release-not-ready' | 'release-reverted';
export interface DeploymentEnd {
    readonly state: 'queued' | 'running' | 'ended' | 'recovering' | 'lost';
    readonly outcome: DeploymentOutcome | null;
    readonly reach: 'untouched' | 'touched' | 'finishing';
}
export interface LaneActivities {
    loadLane(input: {
        readonly service: ServiceName;
    }): Promise<LaneRecord>;
    openDeployment(input: DeploymentRequest): Promise<OpenDeploymentResult>;
    startDeployment(input: {
        readonly service: ServiceName;
        readonly deployment: DeploymentNumber;
    }): Promise<{
        readonly started: boolean;
    }>;
    describeDeployment(input: {
        readonly service: ServiceName;
        readonly deployment: DeploymentNumber;
    }): Promise<DeploymentEnd>;
    cancelDeployment(input: {
        readonly service: ServiceName;
        readonly deployment: DeploymentNumber;
        readonly by: string;
        readonly reason: string;
    }): Promise<void>;
    recordLock(input: {
        readonly service: ServiceName;
        readonly lock: LaneLock | null;
        readonly by: string;
        readonly reason: string;
        readonly key: string;
    }): Promise<{
        readonly lock: LaneLock | null;
    }>;
    findRollbackTarget(input: {
        readonly service: ServiceName;
        readonly finishing?: DeploymentNumber;
    }): Promise<{
        readonly release: ReleaseNumber | null;
    }>;
}
