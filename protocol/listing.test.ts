import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { releaseNumber, serviceName } from '../domain/names.ts';
import { canonicalJson } from './canonical-json.ts';
import { digestOf } from './digest.ts';
import { chunksProblem, decodeListing, encodeListing, treeProblem } from './listing.ts';
import type { FileEntry, ListingEntry, ManifestRoot } from './manifest.ts';

const file = (path: string, more: Partial<FileEntry> = {}): FileEntry => ({
  kind: 'file',
  path,
  mode: 0o644,
  sizeBytes: 1,
  digest: digestOf(path),
  firstChunk: 0,
  chunkCount: 1,
  ...more,
});
const link = (path: string, target: string): ListingEntry => ({ kind: 'link', path, target });

/** A root that truly describes these bytes: what an attacker with the build key could sign. */
function rootOf(bytes: Buffer, entries: readonly ListingEntry[]): ManifestRoot {
  const sizes = entries.map((entry) => (entry.kind === 'file' ? entry.sizeBytes : 0));
  const none = { digest: digestOf(''), sizeBytes: 0 };
  return {
    format: 'slipway.manifest/1',
    service: serviceName('checkout'),
    release: releaseNumber(1),
    commit: '0'.repeat(40),
    chunking: 'whole-1',
    listing: { digest: digestOf(bytes), sizeBytes: bytes.length, files: entries.length },
    chunks: { ...none, count: 0 },
    config: none,
    totalBytes: sizes.reduce((a, b) => a + b, 0),
    maxFileBytes: Math.max(0, ...sizes),
  };
}
const decode = (entries: readonly ListingEntry[]) =>
  decodeListing(encodeListing(entries), rootOf(encodeListing(entries), entries));

test('what was encoded is read back', () => {
  const entries = [file('a', { mode: 0o755 }), link('a.lnk', 'b/c'), file('b/c', { sizeBytes: 7 }), file('b/é')];
  expect(decode(entries)).toEqual({ ok: true, entries });
  expect(decode([])).toEqual({ ok: true, entries: [] });
});

describe('a signed listing is refused when it holds', () => {
  test.each<[string, ListingEntry[]]>([
    ['an absolute path', [file('/etc/passwd')]],
    ['a path that goes up', [file('a/../../b')]],
    ['the mark of an installed tree', [file('.slipway/ok')]],
    ['paths out of order', [file('b'), file('a')]],
    ['a path twice', [file('a'), file('a')]],
    ['paths that differ in case', [file('A'), file('a')]],
    ['folders that differ in case', [file('A/x'), file('a/y')]],
    ['paths that differ in Unicode form', [file('cafe\u0301'), file('caf\u00e9')]],
    ['a file below a file', [file('a'), file('a/b')]],
    ['a file below a link', [link('a', 'b'), file('a/passwd')]],
    ['an absolute link', [link('a', '/etc')]],
    ['a link that goes up and out', [link('a/b', '../../etc')]],
    ['a link that goes up behind a name', [link('a', 'b/../../etc')]],
  ])('%s', (_, entries) => {
    expect(decode(entries)).toMatchObject({ ok: false });
    expect(treeProblem(entries)).not.toBeNull();
  });

  test.each<[string, string]>([
    ['a setuid mode', canonicalJson({ ...file('a'), mode: 0o4755 })],
    ['an unknown kind', canonicalJson({ kind: 'device', path: 'a' })],
    ['an unknown field', canonicalJson({ ...file('a'), owner: 'root' })],
    ['a negative size', canonicalJson({ ...file('a'), sizeBytes: -1 })],
    ['a key twice', canonicalJson(file('a')).replace('"kind":"file"', '"kind":"link","kind":"file"')],
    ['another spelling of the same JSON', ` ${canonicalJson(file('a'))}`],
    ['an empty line', ''],
    ['no JSON', 'a'],
    ['a lone surrogate', '{"kind":"link","path":"a","target":"\\ud800"}'],
  ])('%s', (_, line) => {
    const bytes = Buffer.from(`${line}\n`);
    expect(decodeListing(bytes, rootOf(bytes, [file('a')]))).toMatchObject({ ok: false });
  });

  test('bytes that are not UTF-8, or no last line end', () => {
    for (const bytes of [Buffer.from([0xff, 0x0a]), Buffer.from(canonicalJson(file('a')))]) {
      expect(decodeListing(bytes, rootOf(bytes, [file('a')]))).toMatchObject({ ok: false });
    }
  });
});

test('a listing that differs from what its root says is refused', () => {
  const entries = [file('a', { sizeBytes: 5 }), file('b', { sizeBytes: 9 })];
  const bytes = encodeListing(entries);
  const root = rootOf(bytes, entries);
  const wrong: ManifestRoot[] = [
    { ...root, totalBytes: 13 },
    { ...root, maxFileBytes: 8 },
    { ...root, listing: { ...root.listing, files: 3 } },
    { ...root, listing: { ...root.listing, sizeBytes: bytes.length - 1 } },
    { ...root, listing: { ...root.listing, digest: digestOf('other') } },
  ];
  expect(wrong.map((each) => decodeListing(bytes, each).ok)).toEqual([false, false, false, false, false]);
});

describe('files and chunks', () => {
  const a = file('a', { sizeBytes: 3, firstChunk: 0 });
  const b = file('b', { sizeBytes: 4, firstChunk: 1 });
  const chunks = [a, b].map(({ digest, sizeBytes }) => ({ digest, sizeBytes }));
  const empty = file('c', { sizeBytes: 0, firstChunk: 2, chunkCount: 0 });

  test('fit when each file takes the next chunks of the table', () => {
    expect(chunksProblem([a, link('aa', 'b'), b, empty], chunks)).toBeNull();
  });

  test.each([
    ['a chunk of no file', [a], chunks],
    ['a chunk too few', [a, b], chunks.slice(0, 1)],
    ['a chunk of two files', [a, { ...b, firstChunk: 0 }], chunks],
    ['chunks in another order', [a, b], chunks.toReversed()],
    ['a chunk of another size', [{ ...a, sizeBytes: 4 }, b], chunks],
    [
      'an empty file with a chunk',
      [a, b, { ...empty, chunkCount: 1 }],
      [...chunks, { digest: digestOf(''), sizeBytes: 0 }],
    ],
    ['a chunk count beyond the table', [a, { ...b, chunkCount: 2 ** 40 }], chunks],
    ['two chunks where whole-1 has one', [{ ...a, sizeBytes: 7, chunkCount: 2 }], chunks],
  ])('do not fit with %s', (_, entries, table) => {
    expect(chunksProblem(entries, table)).not.toBeNull();
  });
});

test('whatever passes is safe to write in its order', () => {
  const name = fc.constantFrom(
    'a',
    'A',
    'b',
    '..',
    '.',
    '',
    '.git',
    'é',
    'e\u0301',
    '\0',
    '/',
    '.slipway',
    'x'.repeat(256),
  );
  const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((names) => names.join('/'));
  const entry = fc.oneof(
    path.map((each) => file(each)),
    fc.tuple(path, path).map(([at, target]) => link(at, target)),
  );
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 6 }), (entries) => {
      const sorted = entries.toSorted((x, y) => Buffer.compare(Buffer.from(x.path), Buffer.from(y.path)));
      const decoded = decode(sorted);
      if (!decoded.ok) return;
      const notFolders = new Set<string>();
      for (const { path: each } of decoded.entries) {
        const names = each.split('/');
        expect(names.every((part) => part !== '' && part !== '.' && part !== '..')).toBe(true);
        for (let i = 1; i <= names.length; i++)
          expect(notFolders.has(names.slice(0, i).join('/').toLowerCase())).toBe(false);
        notFolders.add(each.toLowerCase());
      }
    }),
    { numRuns: 2000 },
  );
});
