import type { Digest, ReleaseNumber, ServiceName } from '../../domain/names.ts';
import type { Envelope } from '../../protocol/dsse.ts';

/** Of one release in one region, over all attempts to copy it. */
export interface ReplicaCounters {
  readonly copiedBytes: number;
  readonly reusedBytes: number;
}

export interface ReplicaRef {
  readonly service: ServiceName;
  readonly number: ReleaseNumber;
  readonly release: Digest;
}

export interface ReplicaChunk {
  readonly digest: Digest;
  readonly sizeBytes: number;
  /** True when it was copied for this release, false when the region had it already. */
  readonly fetched: boolean;
}

/**
 * What a region's store holds, in the region's database, so that a copy goes on where it was killed. Chunks here are
 * all blobs of a release: its files' chunks, its listing, chunk table and config.
 */
export interface ReplicaIndex {
  /** Makes the replica's row if there is none. */
  openReplica(replica: ReplicaRef): Promise<void>;
  /** Those of `digests` that have no row, in the same order. At most 10,000 a call. */
  missingChunks(digests: readonly Digest[]): Promise<readonly Digest[]>;
  /**
   * Adds the rows and, in the same transaction, their bytes to the replica's counters. A chunk counts once for a
   * release: repeating it adds nothing. At most 10,000 a call.
   */
  recordChunks(release: Digest, chunks: readonly ReplicaChunk[]): Promise<void>;
  /**
   * From here the region serves the release. In one transaction: checks that each of `chunks` has its row, stores the
   * envelope, sets the state. Answers `incomplete`, and changes nothing, when a row is missing. A repeat is `published`.
   */
  publish(replica: ReplicaRef, envelope: Envelope, chunks: readonly Digest[]): Promise<'published' | 'incomplete'>;
  isPublished(release: Digest): Promise<boolean>;
  readCounters(release: Digest): Promise<ReplicaCounters>;
}
