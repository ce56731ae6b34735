import { ApplicationFailure } from '@temporalio/activity';
import type { KeyObject } from 'node:crypto';
import type { Digest } from '../../domain/names.ts';
import type { Envelope } from '../../protocol/dsse.ts';
import { decodeChunkTable, type ChunkRecord } from '../../protocol/chunk-table.ts';
import { chunksProblem, decodeListing } from '../../protocol/listing.ts';
import { verifyManifest, type ManifestRoot } from '../../protocol/manifest.ts';
import { isStoreError, readPart, type BlobStore } from '../blob-store.ts';
import { withHeartbeat } from '../heartbeat.ts';
import type { ReplicateReleaseInput, ReplicateReleaseResult, ReplicationActivities } from './contract.ts';
import { copyChunks } from './copy-chunks.ts';
import type { ReplicaIndex } from './replica-index.ts';

export interface ReplicationParts {
  /** The central store, where the release was signed into. */
  readonly source: BlobStore;
  /** The region's own. */
  readonly target: BlobStore;
  readonly index: ReplicaIndex;
  /** From the root document. */
  readonly buildKey: KeyObject;
}

/** Brings releases into a region's store. Progress is the rows of its index, so an attempt begins where the last ended. */
export const createReplicationActivities = (parts: ReplicationParts): ReplicationActivities => ({
  replicateRelease: (input) => {
    const progress = { committedBytes: 0 };
    return withHeartbeat(
      () => ({ ...progress }),
      (signal) => replicate(parts, input, signal, (bytes) => (progress.committedBytes += bytes)),
    );
  },
});

async function replicate(
  parts: ReplicationParts,
  input: ReplicateReleaseInput,
  signal: AbortSignal,
  onCommitted: (bytes: number) => void,
): Promise<ReplicateReleaseResult> {
  const { index, target } = parts;
  if (await index.isPublished(input.release)) return index.readCounters(input.release);
  const { envelope, root } = await readRoot(parts, input);
  const blobs = await listBlobs(parts.source, root);
  const replica = { service: root.service, number: root.release, release: input.release };
  await index.openReplica(replica);
  try {
    await copyChunks(parts, { release: input.release, blobs, signal, onCommitted });
  } catch (error) {
    if (!isStoreError(error, 'blob-mismatch')) throw error;
    throw corrupt((error as Error).message);
  }
  signal.throwIfAborted();
  await target.putRelease(input.release, envelope);
  // Last, so that nothing it names is absent.
  const published = await index.publish(
    replica,
    envelope,
    blobs.map(({ digest }) => digest),
  );
  if (published === 'incomplete') throw new Error(`rows of ${input.release} were collected meanwhile`);
  return index.readCounters(input.release);
}

async function readRoot({ source, buildKey }: ReplicationParts, { service, release }: ReplicateReleaseInput) {
  const envelope: Envelope | null = await source.readRelease(release);
  if (envelope === null) throw new Error(`release ${release} is not in the central store`);
  const manifest = verifyManifest(envelope, release, [buildKey]);
  if (!manifest.ok) throw corrupt(manifest.reason);
  if (manifest.root.service !== service) throw corrupt(`manifest is of service ${manifest.root.service}`);
  return { envelope, root: manifest.root };
}

/** Every blob of a release, once: its parts, read here and verified against the signed root, and its files' chunks. */
async function listBlobs(source: BlobStore, root: ManifestRoot): Promise<readonly ChunkRecord[]> {
  const read = async (part: ChunkRecord, what: string): Promise<Buffer> => {
    const bytes = await readPart(source, part);
    if (bytes === null) throw corrupt(`${what} of the release is absent or damaged in the central store`);
    return bytes;
  };
  const listing = decodeListing(await read(root.listing, 'listing'), root);
  if (!listing.ok) throw corrupt(listing.reason);
  const table = decodeChunkTable(await read(root.chunks, 'chunk table'), root.chunks);
  if (!table.ok) throw corrupt(table.reason);
  const misfit = chunksProblem(listing.entries, table.chunks);
  if (misfit !== null) throw corrupt(misfit);
  const blobs = new Map<Digest, ChunkRecord>();
  for (const { digest, sizeBytes } of [root.listing, root.chunks, root.config, ...table.chunks]) {
    blobs.set(digest, { digest, sizeBytes });
  }
  return [...blobs.values()];
}

/** Trying again can't help before somebody has repaired the central store. */
const corrupt = (reason: string): ApplicationFailure =>
  ApplicationFailure.nonRetryable(`the release can't be replicated: ${reason}`, 'corrupt-release');
