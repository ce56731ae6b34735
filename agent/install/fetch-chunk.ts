import { constants } from 'node:fs';
import { chmod, open, rm, type FileHandle } from 'node:fs/promises';
import type { Digest } from '../../domain/names.ts';
import { digestStream } from '../../protocol/digest.ts';
import { hasCode } from '../durable-files.ts';
import type { ReleaseSource } from '../gateway/gateway-client.ts';
import { ReleaseError } from './release-documents.ts';

export interface WantedChunk {
  readonly digest: Digest;
  readonly sizeBytes: number;
}

/** From where, and who is told. */
export interface ChunkFetch {
  readonly source: Pick<ReleaseSource, 'chunk'>;
  readonly release: Digest;
  /** Hears of each piece that came over the network. */
  readonly onBytes: (bytes: number) => void;
  readonly signal: AbortSignal;
}

type Running = ReturnType<typeof digestStream>;
const readPieceBytes = 256 * 1024;

/**
 * Brings one chunk into `file` and verifies it. What an earlier, killed attempt left there is hashed and gone on from,
 * so no byte comes twice.
 * @throws ReleaseError when the content is wrong; the file is gone then.
 */
export async function fetchChunk(chunk: WantedChunk, file: string, fetch: ChunkFetch): Promise<void> {
  const handle = await openPart(file);
  try {
    const hashed = await hashKnown(handle, chunk.sizeBytes);
    if (hashed.bytes < chunk.sizeBytes) await receive(handle, chunk, hashed, fetch);
    const whole = (await handle.stat()).size === chunk.sizeBytes && hashed.hash.digest() === chunk.digest;
    if (whole) return;
  } finally {
    await handle.close();
  }
  await rm(file, { force: true });
  throw new ReleaseError(`chunk ${chunk.digest} differs from its digest`);
}

interface Hashed {
  hash: Running;
  bytes: number;
}

async function receive(handle: FileHandle, chunk: WantedChunk, hashed: Hashed, fetch: ChunkFetch): Promise<void> {
  const { source, release, onBytes, signal } = fetch;
  const answer = await source.chunk(release, { ...chunk, start: hashed.bytes }, signal);
  if (answer.start !== hashed.bytes) await restart(handle, hashed);
  for await (const piece of answer.pieces) {
    await writeAll(handle, piece, hashed.bytes);
    hashed.hash.update(piece);
    hashed.bytes += piece.length;
    onBytes(piece.length);
  }
}

async function restart(handle: FileHandle, hashed: Hashed): Promise<void> {
  await handle.truncate(0);
  hashed.hash = digestStream();
  hashed.bytes = 0;
}

async function writeAll(handle: FileHandle, piece: Buffer, position: number): Promise<void> {
  for (let done = 0; done < piece.length;) {
    const { bytesWritten } = await handle.write(piece, done, piece.length - done, position + done);
    done += bytesWritten;
  }
}

/** Never through a link, and never over somebody else's file. */
async function openPart(file: string): Promise<FileHandle> {
  const { O_RDWR, O_CREAT, O_EXCL, O_NOFOLLOW } = constants;
  try {
    return await open(file, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
    // It may have its mode already, and lack only its name.
    await chmod(file, 0o600);
    return open(file, O_RDWR | O_NOFOLLOW);
  }
}

async function hashKnown(handle: FileHandle, maxBytes: number): Promise<Hashed> {
  const hashed: Hashed = { hash: digestStream(), bytes: 0 };
  if ((await handle.stat()).size > maxBytes) await handle.truncate(0);
  const buffer = Buffer.alloc(readPieceBytes);
  for (;;) {
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, hashed.bytes);
    if (bytesRead === 0) return hashed;
    hashed.hash.update(buffer.subarray(0, bytesRead));
    hashed.bytes += bytesRead;
  }
}
