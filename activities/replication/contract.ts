import type { Digest, RegionName, ServiceName } from '../../domain/names.ts';

export interface ReplicateReleaseInput {
  readonly service: ServiceName;
  readonly region: RegionName;
  readonly release: Digest;
}

export interface ReplicateReleaseResult {
  /** Bytes that this deployment had to copy, over all attempts. */
  readonly copiedBytes: number;
  /** Bytes that the region had already, from this or an earlier attempt or release. */
  readonly reusedBytes: number;
}

/** Queue `region.<name>.bulk`. A region serves a release only when all of it is there. */
export interface ReplicationActivities {
  replicateRelease(input: ReplicateReleaseInput): Promise<ReplicateReleaseResult>;
}
