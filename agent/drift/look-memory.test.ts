import { describe, expect, it } from '@jest/globals';
import { digestOf } from '../../protocol/digest.ts';
import type { ListingEntry } from '../../protocol/manifest.ts';
import { openLookMemory } from './look-memory.ts';

const release = digestOf('release');
const met = (code: string) => [{ path: 'a', code }];

/** What became of `a` at the last of looks that met these; `-`: it was seen. */
function after(codes: string): 'lost' | 'unseen' | 'seen' {
  const memory = openLookMemory(release);
  const last = codes
    .split(' ')
    .map((code) => memory.sortOut(code === '-' ? [] : met(code)))
    .at(-1)!;
  if (last.lost.length > 0) return 'lost';
  return last.unseen.length > 0 ? 'unseen' : 'seen';
}

describe('what could not be looked at', () => {
  it.each([
    ['EIO EIO EIO EIO', 'unseen'],
    ['EIO EIO EIO EIO EIO', 'lost'],
    ['EIO EIO EIO EIO EIO EIO', 'lost'],
    ['EIO EIO EIO EIO EIO -', 'seen'],
    ['EIO EIO EIO EIO - EIO', 'unseen'],
    ['EIO EIO EMFILE EIO EIO', 'unseen'],
    ['EIO EIO EMFILE EIO EIO EIO', 'lost'],
    ...['ENFILE', 'EMFILE', 'ENOMEM'].map((code) => [Array<string>(50).fill(code).join(' '), 'unseen'] as const),
  ] as const)('at looks that met %s: %s', (codes, what) => {
    expect(after(codes)).toBe(what);
  });

  it('of the disk is read at the next look, whoever else is in turn; its print says nothing of it', () => {
    const memory = openLookMemory(release);
    const entries: ListingEntry[] = ['a', 'b', 'c'].map((path) => ({
      kind: 'file',
      path,
      mode: 0o644,
      sizeBytes: 2 ** 30,
      digest: release,
      firstChunk: 0,
      chunkCount: 1,
    }));
    memory.sortOut(met('EIO'));
    for (let look = 0; look < 4; look++) expect(memory.nextToRead(entries)).toContain('a');
    memory.sortOut(met('ENFILE'));
    for (let look = 0; look < 4; look++) expect(memory.nextToRead(entries)).toContain('a');
    memory.sortOut([]);
    const chosen = [1, 2, 3].flatMap(() => [...memory.nextToRead(entries)]);
    expect(chosen.toSorted()).toEqual(['a', 'b', 'c']);
  });
});
