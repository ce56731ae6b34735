import { createHash } from 'node:crypto';

/*
 * Merkle trees as certificate logs have them (RFC 9162 §2.1): SHA-256, leaves and nodes told apart by their first byte, a
 * node without a sibling moves up as it is. Hashes are 32 bytes; texts are UTF-8.
 */

const sha256 = (...parts: readonly (string | Uint8Array)[]): Buffer => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};
const leafHash = (text: string): Buffer => sha256('\x00', text);
const nodeHash = (left: Buffer, right: Buffer): Buffer => sha256('\x01', left, right);

export interface MerkleTree {
  readonly root: Buffer;
  /** The siblings on the way from the leaf to the root, lowest first: what proves that the leaf is in the tree. */
  pathOf(place: number): readonly Buffer[];
}

export function merkleTree(leaves: readonly string[]): MerkleTree {
  const levels: Buffer[][] = [leaves.map(leafHash)];
  for (let level = levels[0]!; level.length > 1; levels.push(level)) {
    level = Array.from({ length: Math.ceil(level.length / 2) }, (_, pair) => {
      const [left, right] = [level[2 * pair]!, level[2 * pair + 1]];
      return right === undefined ? left : nodeHash(left, right);
    });
  }
  return {
    root: levels.at(-1)![0] ?? sha256(),
    pathOf: (place) => levels.slice(0, -1).flatMap((level, height) => level[(place >> height) ^ 1] ?? []),
  };
}

export interface Inclusion {
  readonly leaf: string;
  /** Counts from 0, in a tree of `size` leaves. */
  readonly place: number;
  readonly size: number;
  readonly path: readonly Buffer[];
}

/** Whether the leaf stands at this place of the tree with that root; anything odd is a no. */
export function isIncluded({ leaf, place, size, path }: Inclusion, root: Buffer): boolean {
  if (place < 0 || place >= size) return false;
  let hash = leafHash(leaf);
  let used = 0;
  for (let [at, last] = [place, size - 1]; last > 0; at >>= 1, last >>= 1) {
    if ((at ^ 1) > last) continue;
    const sibling = path[used++];
    if (sibling === undefined) return false;
    hash = at % 2 === 1 ? nodeHash(sibling, hash) : nodeHash(hash, sibling);
  }
  return used === path.length && hash.equals(root);
}
