import type { Digest, RegionName, ServiceName } from '../../domain/names.ts';
export interface ReplicateReleaseInput {
    readonly service: ServiceName;
    readonly region: RegionName;
    readonly release: Digest;
}
export interface ReplicateReleaseResult {
    readonly copiedBytes: number;
    readonly reusedBytes: number;
}
export interface ReplicationActivities {
    replicateRelease(input: ReplicateReleaseInput): Promise<ReplicateReleaseResult>;
}
