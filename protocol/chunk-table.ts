import type { Digest } from '../domain/names.ts';
import { digestOf } from './digest.ts';
import type { ManifestRoot } from './manifest.ts';

/** One chunk: digest of its plain bytes, and how many they are. */
export interface ChunkRecord {
  readonly digest: Digest;
  readonly sizeBytes: number;
}

export type DecodedChunkTable =
  { readonly ok: true; readonly chunks: readonly ChunkRecord[] } | { readonly ok: false; readonly reason: string };

/*
 * The part `chunks` of a manifest: `SLCI1\n`, the count as u32, then 36 bytes a chunk (SHA-256, size as u32), in order
 * of use; all numbers big-endian. 10 GB of content-defined chunks are 1.2 MB of table.
 */
const magic = Buffer.from('SLCI1\n', 'latin1');
const headerBytes = magic.length + 4;
const recordBytes = 36;
const digestPrefix = 'sha256:';

/** A chunk's size is a u32. */
export const chunkMaxBytes = 0xffff_ffff;
/** 36 MB of table, about 290 GB of content. */
export const chunkTableMaxCount = 1_000_000;

export const chunkTableSizeBytes = (count: number): number => headerBytes + count * recordBytes;

/** @throws RangeError when a chunk or the table is larger than the format can hold. */
export function encodeChunkTable(chunks: readonly ChunkRecord[]): Buffer {
  if (chunks.length > chunkTableMaxCount) throw new RangeError(`more than ${chunkTableMaxCount} chunks`);
  const table = Buffer.alloc(chunkTableSizeBytes(chunks.length));
  magic.copy(table);
  table.writeUInt32BE(chunks.length, magic.length);
  chunks.forEach(({ digest, sizeBytes }, i) => {
    const offset = chunkTableSizeBytes(i);
    table.write(digest.slice(digestPrefix.length), offset, 'hex');
    table.writeUInt32BE(sizeBytes, offset + 32);
  });
  return table;
}

/** Reads a table that must be exactly the one that the signed root names. */
export function decodeChunkTable(bytes: Uint8Array, expected: ManifestRoot['chunks']): DecodedChunkTable {
  const table = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const refuse = (reason: string): DecodedChunkTable => ({ ok: false, reason: `chunk table ${reason}` });
  if (table.length !== expected.sizeBytes) return refuse(`has ${table.length} bytes, signed are ${expected.sizeBytes}`);
  if (digestOf(table) !== expected.digest) return refuse('differs from the signed digest');
  if (table.length < headerBytes || !table.subarray(0, magic.length).equals(magic)) return refuse('has another format');
  const count = table.readUInt32BE(magic.length);
  if (count !== expected.count) return refuse(`counts ${count} chunks, signed are ${expected.count}`);
  if (table.length !== chunkTableSizeBytes(count)) return refuse('is cut off or too long');
  const chunks = Array.from({ length: count }, (_, i): ChunkRecord => {
    const offset = chunkTableSizeBytes(i);
    const digest = `${digestPrefix}${table.toString('hex', offset, offset + 32)}` as Digest;
    return { digest, sizeBytes: table.readUInt32BE(offset + 32) };
  });
  if (chunks.some(({ sizeBytes }) => sizeBytes === 0)) return refuse('holds an empty chunk');
  return { ok: true, chunks };
}
