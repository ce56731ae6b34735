import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isIncluded, merkleTree } from './merkle-tree.ts';

const sha = (...parts: readonly (string | Buffer)[]): Buffer =>
  parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest();
const leaf = (text: string): Buffer => sha('\x00', text);
const node = (left: Buffer, right: Buffer): Buffer => sha('\x01', left, right);

/** RFC 9162 §2.1.1, word for word. */
function rootByTheBook(leaves: readonly string[]): Buffer {
  if (leaves.length === 0) return sha('');
  if (leaves.length === 1) return leaf(leaves[0]!);
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  return node(rootByTheBook(leaves.slice(0, split)), rootByTheBook(leaves.slice(split)));
}

const leavesArbitrary = fc.uniqueArray(fc.string({ maxLength: 5 }), { minLength: 1, maxLength: 40 });

describe('a Merkle tree', () => {
  test.each([0, 1, 2, 3, 5, 7, 8, 500])('of %i leaves has the root that RFC 9162 gives it', (size) => {
    const leaves = Array.from({ length: size }, (_, place) => `leaf ${place}`);
    expect(merkleTree(leaves).root).toEqual(rootByTheBook(leaves));
  });

  test('proves each of its leaves at its place, and nothing else anywhere', () => {
    fc.assert(
      fc.property(leavesArbitrary, fc.nat(), fc.nat(), (leaves, one, another) => {
        const { root, pathOf } = merkleTree(leaves);
        const [size, place, other] = [leaves.length, one % leaves.length, another % leaves.length];
        const proof = { leaf: leaves[place]!, place, size, path: pathOf(place) };
        expect(isIncluded(proof, root)).toBe(true);
        expect(isIncluded({ ...proof, leaf: leaves[other]! }, root)).toBe(other === place);
        expect(isIncluded({ ...proof, leaf: `${proof.leaf}!` }, root)).toBe(false);
        expect(isIncluded({ ...proof, path: [...proof.path, root] }, root)).toBe(false);
        expect(isIncluded({ ...proof, place: size }, root)).toBe(false);
        expect(isIncluded({ ...proof, place: -1 }, root)).toBe(false);
        expect(isIncluded({ ...proof, path: proof.path.slice(1) }, root)).toBe(size === 1);
      }),
    );
  });

  test('takes no inner node for a leaf', () => {
    const { root } = merkleTree(['a', 'b']);
    const inner = Buffer.concat([leaf('a'), leaf('b')]).toString('latin1');
    expect(isIncluded({ leaf: inner, place: 0, size: 1, path: [] }, root)).toBe(false);
  });
});
