import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { releaseNumber, serviceName, type Digest } from '../../domain/names.ts';
import { openFolderStore } from '../../infra/stores/folder-store.ts';
import { canonicalJson } from '../../protocol/canonical-json.ts';
import { encodeChunkTable } from '../../protocol/chunk-table.ts';
import { digestOf } from '../../protocol/digest.ts';
import { encodeListing } from '../../protocol/listing.ts';
import { verifyManifest, type ListingEntry, type ManifestRoot } from '../../protocol/manifest.ts';
import {
  checkout,
  deployment87,
  keys,
  makeRecords,
  makeReleaseActivities,
  release412,
  spec,
  storeFiles,
} from '../../test/release-fixture.ts';
import type { BlobStore } from '../blob-store.ts';
import type { ReleaseDescription } from '../build/describe-release.ts';
import type { SignReleaseInput } from './contract.ts';
import type { ReleaseRecords } from './release-records.ts';

let folder: string;
let store: BlobStore;
let records: ReleaseRecords;
let built: ReleaseDescription;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'slipway-sign-'));
  store = await openFolderStore(folder);
  records = makeRecords({ 412: {} });
  built = await storeFiles(store, { 'a.js': 'a', 'b.js': 'bb', empty: '' });
});
afterEach(() => rm(folder, { recursive: true }));

const inputOf = (root: ManifestRoot, more: Partial<SignReleaseInput> = {}): SignReleaseInput => {
  const manifestRoot = canonicalJson(root);
  const unsigned = {
    manifestRoot,
    digest: digestOf(manifestRoot),
    totalBytes: root.totalBytes,
    files: root.listing.files,
  };
  return { service: checkout, release: release412, deployment: deployment87, spec, unsigned, ...more };
};
const sign = (input: SignReleaseInput) => makeReleaseActivities(store, records).signRelease(input);

describe('a release whose parts are all right', () => {
  test('is signed with the build key, published and recorded', async () => {
    const placement = { release: { number: 412, digest: built.digest }, selector: spec.on };
    expect(await sign(inputOf(built.root))).toEqual({ outcome: 'signed', placement });
    const envelope = await store.readRelease(built.digest);
    expect(verifyManifest(envelope!, built.digest, [keys.build.publicKey])).toMatchObject({
      ok: true,
      root: built.root,
    });
    expect(await records.findRelease(checkout, release412)).toMatchObject({
      state: 'ready',
      digest: built.digest,
      spec,
    });
  });

  test('is signed again with the same answer, but never as another release of that number', async () => {
    const first = await sign(inputOf(built.root));
    expect(await sign(inputOf(built.root))).toEqual(first);
    const other = await storeFiles(store, { 'a.js': 'other' });
    expect(await sign(inputOf(other.root))).toEqual({
      outcome: 'refused',
      reason: 'checkout@412 is another release already',
    });
  });
});

/** A root that truly describes these entries and chunks, all stored. */
async function forge(
  entries: readonly ListingEntry[],
  chunks: readonly { digest: Digest; sizeBytes: number }[],
): Promise<ManifestRoot> {
  const [listing, table] = [encodeListing(entries), encodeChunkTable(chunks)];
  for (const part of [listing, table]) await store.put(digestOf(part), part.length, part);
  const sizes = entries.map((entry) => (entry.kind === 'file' ? entry.sizeBytes : 0));
  return {
    ...built.root,
    listing: { digest: digestOf(listing), sizeBytes: listing.length, files: entries.length },
    chunks: { digest: digestOf(table), sizeBytes: table.length, count: chunks.length },
    totalBytes: sizes.reduce((a, b) => a + b, 0),
    maxFileBytes: Math.max(0, ...sizes),
  };
}
const fileOf = (content: string, sizeBytes = content.length): ListingEntry => ({
  kind: 'file',
  path: content,
  mode: 0o644,
  sizeBytes,
  digest: digestOf(content),
  firstChunk: 0,
  chunkCount: 1,
});

describe('nothing is signed for a build worker that', () => {
  test.each<[string, () => Promise<SignReleaseInput>, RegExp]>([
    [
      'speaks of another service',
      async () => inputOf({ ...built.root, service: serviceName('payments') }),
      /of service payments/,
    ],
    [
      'speaks of another release',
      async () => inputOf({ ...built.root, release: releaseNumber(411) }),
      /of release 411/,
    ],
    [
      'built another commit than was merged',
      async () => inputOf({ ...built.root, commit: 'd'.repeat(40) }),
      /merged was c{40}/,
    ],
    [
      'gives another digest',
      async () => ({ ...inputOf(built.root), unsigned: { ...inputOf(built.root).unsigned, digest: digestOf('x') } }),
      /digest is not/,
    ],
    [
      'sends no manifest',
      async () => ({ ...inputOf(built.root), unsigned: { ...inputOf(built.root).unsigned, manifestRoot: '{}' } }),
      /malformed/,
    ],
    [
      'has not stored the listing',
      async () => inputOf({ ...built.root, listing: { ...built.root.listing, digest: digestOf('x') } }),
      /not in the store/,
    ],
    ['lies about a size', async () => inputOf({ ...built.root, totalBytes: 1 }), /another total size/],
    [
      'changed the command that hosts run',
      async () => inputOf(built.root, { spec: { ...spec, run: { ...spec.run, command: ['sh'] } } }),
      /not that of the spec/,
    ],
    [
      'sends the spec of another service',
      async () => inputOf(built.root, { spec: { ...spec, service: serviceName('payments') } }),
      /the spec is of service payments/,
    ],
    [
      'asks for the approval of nobody',
      async () => inputOf(built.root, { spec: { ...spec, approve: { ...spec.approve!, quorum: 0 } } }),
      /the spec is not valid: approve\.quorum must be a whole number from 1 to 20/,
    ],
    [
      'sends no spec at all',
      async () => inputOf(built.root, { spec: null as unknown as typeof spec }),
      /the spec is not valid: it is not a spec/,
    ],
    [
      'sends a spec that holds more than a spec',
      async () => inputOf(built.root, { spec: { ...spec, on: { ...spec.on }, extra: 1 } as typeof spec }),
      /the spec is not valid: it holds what no spec holds/,
    ],
    [
      'lists a path out of the tree',
      async () => inputOf(await forge([{ ...fileOf('a'), path: '../a' }], [{ digest: digestOf('a'), sizeBytes: 1 }])),
      /holds ".."/,
    ],
    [
      'lists a link out of the tree',
      async () => inputOf(await forge([{ kind: 'link', path: 'a', target: '/etc' }], [])),
      /absolute/,
    ],
    [
      'has not stored a chunk',
      async () => inputOf(await forge([fileOf('nowhere')], [{ digest: digestOf('nowhere'), sizeBytes: 7 }])),
      /chunk .* is not in the store/,
    ],
    [
      'lies about the size of a chunk',
      async () => inputOf(await forge([fileOf('a', 5)], [{ digest: digestOf('a'), sizeBytes: 5 }])),
      /has 1 bytes, the table says 5/,
    ],
    [
      'has chunks of no file',
      async () => inputOf(await forge([], [{ digest: digestOf('a'), sizeBytes: 1 }])),
      /chunks of no file/,
    ],
    [
      'names a release that nobody opened',
      async () => inputOf({ ...built.root, release: releaseNumber(9) }, { release: releaseNumber(9) }),
      /no release checkout@9/,
    ],
  ])('%s', async (_, make, reason) => {
    const input = await make();
    expect(await sign(input)).toMatchObject({ outcome: 'refused', reason: expect.stringMatching(reason) });
    expect(await store.readRelease(digestOf(input.unsigned.manifestRoot))).toBeNull();
    expect(await records.findRelease(checkout, release412)).toMatchObject({ state: 'building', digest: null });
  });
});
