import type { Digest } from '../../domain/names.ts';
import type { ChunkRecord } from '../../protocol/chunk-table.ts';
import { inParallel } from '../in-parallel.ts';
import type { ReplicaChunk } from './replica-index.ts';
import type { ReplicationParts } from './replicate-release.ts';

export interface CopyOrder {
  readonly release: Digest;
  /** Each digest once. */
  readonly blobs: readonly ChunkRecord[];
  readonly signal: AbortSignal;
  onCommitted(bytes: number): void;
}

const copiedAtOnce = 8;
/**
 * Rows of small chunks are written together. A kill before that copies no byte again (the store has them), but the
 * region then counts them as reused, so the batch is small.
 */
const recordedAtOnce = { chunks: 64, bytes: 1024 * 1024 };
const askedAtOnce = 10_000;

/** Brings the blobs that the region lacks into its store and writes their rows, each after its content is durable. */
export async function copyChunks(parts: ReplicationParts, order: CopyOrder): Promise<void> {
  const missing = await missingBlobs(parts, order.blobs);
  const here = order.blobs.filter(({ digest }) => !missing.has(digest));
  await record(
    parts,
    order,
    here.map((blob) => ({ ...blob, fetched: false })),
  );
  const rows = recorder(parts, order);
  try {
    await inParallel([...missing.values()], copiedAtOnce, async (blob) => {
      order.signal.throwIfAborted();
      const fetched = (await copyChunk(parts, blob, order.signal)) === 'stored';
      await rows.add({ ...blob, fetched });
    });
  } finally {
    await rows.flush();
  }
}

/** What has no row, and what has one although the store lost it. */
async function missingBlobs(
  { index, target }: ReplicationParts,
  blobs: readonly ChunkRecord[],
): Promise<Map<Digest, ChunkRecord>> {
  const lacking = new Set<Digest>();
  for (const digests of slices(blobs.map(({ digest }) => digest))) {
    for (const digest of await index.missingChunks(digests)) lacking.add(digest);
    for (const digest of await target.missing(digests)) lacking.add(digest);
  }
  return new Map(blobs.filter(({ digest }) => lacking.has(digest)).map((blob) => [blob.digest, blob]));
}

/** `present`: written by an attempt that was killed before it could say so. Then nothing is read. */
async function copyChunk(parts: ReplicationParts, { digest, sizeBytes }: ChunkRecord, signal: AbortSignal) {
  if ((await parts.target.sizeOf(digest)) === sizeBytes) return 'present';
  const blob = await parts.source.open(digest);
  if (blob === null) throw new Error(`chunk ${digest} is not in the central store`);
  const stop = (): void => void blob.stream.destroy();
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  try {
    return await parts.target.put(digest, sizeBytes, blob.stream);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** Collects rows while others copy, and writes them one batch after the other. */
function recorder(parts: ReplicationParts, order: CopyOrder) {
  let waiting: ReplicaChunk[] = [];
  let writing = Promise.resolve();
  const flush = (): Promise<void> => {
    const batch = waiting;
    waiting = [];
    writing = writing.then(() => record(parts, order, batch));
    return writing;
  };
  const add = async (chunk: ReplicaChunk): Promise<void> => {
    waiting.push(chunk);
    const bytes = waiting.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    if (waiting.length >= recordedAtOnce.chunks || bytes >= recordedAtOnce.bytes) await flush();
  };
  return { add, flush };
}

async function record(
  { index }: ReplicationParts,
  { release, onCommitted }: CopyOrder,
  chunks: readonly ReplicaChunk[],
): Promise<void> {
  // Sorted: two releases that write rows of the same chunks at once then take the same order and can't lock each other.
  const sorted = chunks.toSorted((a, b) => (a.digest < b.digest ? -1 : 1));
  for (const slice of slices(sorted)) {
    await index.recordChunks(release, slice);
    onCommitted(slice.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0));
  }
}

function* slices<T>(items: readonly T[]): Generator<readonly T[]> {
  for (let i = 0; i < items.length; i += askedAtOnce) yield items.slice(i, i + askedAtOnce);
}
