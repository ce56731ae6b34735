import { createHash } from 'node:crypto';
import { mkdir, open, readFile, stat, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import type { BlobStore, ByteRange, OpenBlob } from '../../activities/blob-store.ts';
import { digest as checkedDigest, type Digest } from '../../domain/names.ts';
import { canonicalJson } from '../../protocol/canonical-json.ts';
import { envelopeSchema, type Envelope } from '../../protocol/dsse.ts';
import { asStoreError, StoreError } from './store-error.ts';
import { removeAbandoned, syncFolderOf, writeOnce } from './write-once.ts';

/** Files looked at in one go; Node's thread pool does four at a time. */
const lookAtOnce = 256;

/**
 * A store in a folder, which several processes may share:
 *
 *   blobs/ab/cd…   content, by its SHA-256
 *   releases/ab/cd… signed roots, by the release's digest
 *   tmp/           what is being written; on the same file system, for link(2)
 */
export async function openFolderStore(root: string): Promise<BlobStore> {
  const temporaryFolder = path.join(root, 'tmp');
  await mkdir(temporaryFolder, { recursive: true });
  await removeAbandoned(temporaryFolder);
  const blobFile = (digest: Digest): string => path.join(root, 'blobs', ...shard(digest));
  const releaseFile = (digest: Digest): string => path.join(root, 'releases', ...shard(digest));
  const sizeOf = async (digest: Digest): Promise<number | null> => fileSize(blobFile(digest));

  return {
    sizeOf,
    missing: async (digests) => {
      const missing: Digest[] = [];
      for (let i = 0; i < digests.length; i += lookAtOnce) {
        const slice = digests.slice(i, i + lookAtOnce);
        const sizes = await Promise.all(slice.map(sizeOf));
        missing.push(...slice.filter((_, at) => sizes[at] === null));
      }
      return missing;
    },
    put: async (digest, sizeBytes, source) => {
      const file = blobFile(digest);
      // A source may break before it is read; reading it then throws that error, so here it needs no answer.
      if (source instanceof Readable) source.on('error', () => undefined);
      try {
        if ((await fileSize(file)) !== null) {
          await syncFolderOf(file);
          return 'present';
        }
        return await writeOnce({ temporaryFolder, file }, (handle) => writeVerified(handle, digest, sizeBytes, source));
      } catch (error) {
        throw asStoreError(error, root);
      } finally {
        if (source instanceof Readable) source.destroy();
      }
    },
    open: async (digest, range) => openBlob(blobFile(digest), range),
    putRelease: async (release, envelope) => {
      const text = canonicalJson(envelope);
      try {
        await writeOnce({ temporaryFolder, file: releaseFile(release) }, (handle) => handle.writeFile(text));
      } catch (error) {
        throw asStoreError(error, root);
      }
    },
    readRelease: async (release) => readEnvelope(releaseFile(release)),
  };
}

/** Only reads: for a program that may not write there. */
export const folderReader = (root: string): Pick<BlobStore, 'open'> => ({
  open: async (digest, range) => openBlob(path.join(root, 'blobs', ...shard(digest)), range),
});

/** 65,536 blobs are 256 in a folder. The check keeps anything but a digest from becoming a path. */
function shard(digest: Digest): [string, string] {
  const hex = checkedDigest(digest).slice('sha256:'.length);
  return [hex.slice(0, 2), hex.slice(2)];
}

async function writeVerified(
  handle: FileHandle,
  digest: Digest,
  sizeBytes: number,
  source: Readable | Uint8Array,
): Promise<void> {
  const hash = createHash('sha256');
  let written = 0;
  for await (const piece of source instanceof Readable ? source : [source]) {
    const bytes = piece as Uint8Array;
    written += bytes.byteLength;
    if (written > sizeBytes) throw new StoreError('blob-mismatch', `${digest} is longer than its ${sizeBytes} bytes`);
    hash.update(bytes);
    await handle.writeFile(bytes); // writes on from where it is, and all of it
  }
  if (written !== sizeBytes) throw new StoreError('blob-mismatch', `${digest} has ${written} of ${sizeBytes} bytes`);
  const found = `sha256:${hash.digest('hex')}`;
  if (found !== digest) throw new StoreError('blob-mismatch', `content said to be ${digest} is ${found}`);
}

async function openBlob(file: string, range: ByteRange = {}): Promise<OpenBlob | null> {
  const handle = await unlessAbsent(open(file, 'r'));
  if (handle === null) return null;
  const { size: sizeBytes } = await handle.stat();
  return { sizeBytes, stream: handle.createReadStream({ ...range, highWaterMark: 1024 * 1024 }) };
}

async function readEnvelope(file: string): Promise<Envelope | null> {
  const text = await unlessAbsent(readFile(file, 'utf8'));
  return text === null ? null : envelopeSchema.parse(JSON.parse(text));
}

async function fileSize(file: string): Promise<number | null> {
  return (await unlessAbsent(stat(file)))?.size ?? null;
}

async function unlessAbsent<T>(reading: Promise<T>): Promise<T | null> {
  try {
    return await reading;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
