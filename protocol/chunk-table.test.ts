import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Digest } from '../domain/names.ts';
import { chunkTableSizeBytes, decodeChunkTable, encodeChunkTable, type ChunkRecord } from './chunk-table.ts';
import { digestOf } from './digest.ts';

const record = fc.record({
  digest: fc
    .uint8Array({ minLength: 32, maxLength: 32 })
    .map((bytes) => `sha256:${Buffer.from(bytes).toString('hex')}` as Digest),
  sizeBytes: fc.integer({ min: 1, max: 0xffff_ffff }),
});
const signed = (table: Uint8Array, count: number) => ({ digest: digestOf(table), sizeBytes: table.length, count });

test('a table has 36 bytes a chunk behind its header', () => {
  const chunk: ChunkRecord = { digest: digestOf('a'), sizeBytes: 0x01020304 };
  const table = encodeChunkTable([chunk]);
  expect(table.toString('hex')).toBe(
    `${Buffer.from('SLCI1\n').toString('hex')}00000001${chunk.digest.slice(7)}01020304`,
  );
  expect(table.length).toBe(chunkTableSizeBytes(1));
});

test('what was encoded is read back', () => {
  fc.assert(
    fc.property(fc.array(record, { maxLength: 50 }), (chunks) => {
      const table = encodeChunkTable(chunks);
      expect(decodeChunkTable(table, signed(table, chunks.length))).toEqual({ ok: true, chunks });
    }),
  );
});

test('a table that is not the signed one is refused, whichever byte differs', () => {
  const chunks = [
    { digest: digestOf('a'), sizeBytes: 1 },
    { digest: digestOf('b'), sizeBytes: 2 },
  ];
  const table = encodeChunkTable(chunks);
  for (let i = 0; i < table.length; i++) {
    const changed = Buffer.from(table);
    changed[i]! ^= 1;
    expect(decodeChunkTable(changed, signed(table, 2)).ok).toBe(false);
  }
  expect(decodeChunkTable(table.subarray(0, -1), signed(table, 2)).ok).toBe(false);
});

test.each([
  ['no bytes', Buffer.alloc(0), 0],
  ['only a magic', Buffer.from('SLCI1\n'), 0],
  ['another magic', Buffer.concat([Buffer.from('SLCI2\n'), Buffer.alloc(4)]), 0],
  ['a count beyond its bytes', Buffer.concat([Buffer.from('SLCI1\n'), Buffer.from('ffffffff', 'hex')]), 0xffff_ffff],
  ['bytes beyond its count', Buffer.concat([Buffer.from('SLCI1\n'), Buffer.alloc(4 + 36)]), 0],
  ['an empty chunk', encodeChunkTable([{ digest: digestOf(''), sizeBytes: 0 }]), 1],
])('a signed table with %s is refused all the same', (_, table, count) => {
  expect(decodeChunkTable(table, signed(table, count)).ok).toBe(false);
});

test('hostile bytes under a true digest never throw', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(5), (bytes, count) => {
      const table = Buffer.concat([Buffer.from('SLCI1\n'), bytes]);
      const decoded = decodeChunkTable(table, signed(table, count));
      expect(!decoded.ok || encodeChunkTable(decoded.chunks).equals(table)).toBe(true);
    }),
  );
});
