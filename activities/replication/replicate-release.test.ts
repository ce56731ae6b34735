import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { CancelledFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { releaseNumber, serviceName, type Digest } from '../../domain/names.ts';
import { openFolderStore } from '../../infra/stores/folder-store.ts';
import { digestOf } from '../../protocol/digest.ts';
import { signText } from '../../protocol/dsse.ts';
import { manifestType } from '../../protocol/manifest.ts';
import { checkout, commit, euWest, keys, storeFiles } from '../../test/release-fixture.ts';
import { replicaIndexInFile } from '../../test/replica-index-file.ts';
import type { BlobStore } from '../blob-store.ts';
import type { ReplicateReleaseResult } from './contract.ts';
import type { ReplicaIndex } from './replica-index.ts';
import { createReplicationActivities } from './replicate-release.ts';

let folder: string;
let central: BlobStore;
let region: BlobStore;
let index: ReplicaIndex;
/** What was read from the central store, in order. */
let read: Digest[];
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'slipway-replicate-'));
  central = await openFolderStore(path.join(folder, 'central'));
  region = await openFolderStore(path.join(folder, 'region'));
  index = replicaIndexInFile(path.join(folder, 'index.json'));
  read = [];
});
afterEach(() => rm(folder, { recursive: true }));

const fileNamed = (name: string, sizeBytes = 20_000): string => name.repeat(sizeBytes / name.length);
const files = Object.fromEntries(['a', 'b', 'c', 'd', 'e'].map((name) => [name, fileNamed(name)]));

async function release(content: Record<string, string>, number = 412) {
  const built = await storeFiles(central, content, { commit, release: releaseNumber(number) });
  await central.putRelease(built.digest, signText(manifestType, built.rootText, keys.build.privateKey));
  const { listing, chunks, config, totalBytes } = built.root;
  return { ...built, allBytes: totalBytes + listing.sizeBytes + chunks.sizeBytes + config.sizeBytes };
}
function replicate(
  of: Digest,
  source: BlobStore = central,
  environment = new MockActivityEnvironment(),
): Promise<ReplicateReleaseResult> {
  const watched: BlobStore = { ...source, open: (digest, range) => (read.push(digest), source.open(digest, range)) };
  const parts = { source: watched, target: region, index, buildKey: keys.build.publicKey };
  const input = { service: checkout, region: euWest, release: of };
  return environment.run(() => createReplicationActivities(parts).replicateRelease(input));
}

describe('a release', () => {
  test('is in the region with all that it names, and only then published', async () => {
    const built = await release(files);
    expect(await replicate(built.digest)).toEqual({ copiedBytes: built.allBytes, reusedBytes: 0 });
    expect(await index.isPublished(built.digest)).toBe(true);
    expect(await region.readRelease(built.digest)).toEqual(await central.readRelease(built.digest));
    const { listing, chunks, config } = built.root;
    const named = [listing, chunks, config]
      .map((part) => part.digest)
      .concat(Object.values(files).map((content) => digestOf(content)));
    expect(await region.missing(named)).toEqual([]);
  });

  test('copies only what earlier releases did not bring', async () => {
    await replicate((await release(files)).digest);
    const next = await release({ ...files, e: fileNamed('f') }, 413);
    const { copiedBytes, reusedBytes } = await replicate(next.digest);
    expect(copiedBytes + reusedBytes).toBe(next.allBytes);
    expect(copiedBytes).toBe(20_000 + next.root.listing.sizeBytes + next.root.chunks.sizeBytes);
  });

  test('is not copied again when it is there', async () => {
    const built = await release(files);
    const first = await replicate(built.digest);
    read = [];
    expect(await replicate(built.digest)).toEqual(first);
    expect(read).toEqual([]);
  });

  test('that the region lost a file of is made whole, whatever the rows say', async () => {
    await replicate((await release(files)).digest);
    const next = await release({ ...files, g: fileNamed('g') }, 413);
    const lost = digestOf(files['a']!);
    await rm(path.join(folder, 'region', 'blobs', lost.slice(7, 9), lost.slice(9)));
    await replicate(next.digest);
    expect(await region.missing([lost])).toEqual([]);
  });
});

test('after kill -9 the next attempt copies no finished byte again', async () => {
  const built = await release(files);
  await writeFile(path.join(folder, 'build.pub.pem'), keys.build.publicKey.export({ type: 'spki', format: 'pem' }));
  const fixture = path.join(import.meta.dirname, 'replicate-release.fixture.ts');
  const args = ['--disable-warning=ExperimentalWarning', fixture, folder, built.digest, '3'];
  const worker = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(worker.stdout, 'data');
  const all = Object.values(files).map((content) => digestOf(content));
  while ((await region.missing(all)).length > 2) await new Promise((resolve) => setTimeout(resolve, 10));
  worker.kill('SIGKILL');
  await once(worker, 'exit');
  const unfinished = await region.missing(all);
  expect(unfinished).toHaveLength(2);
  expect(await index.isPublished(built.digest)).toBe(false);

  const { copiedBytes, reusedBytes } = await replicate(built.digest);
  expect(read.filter((digest) => all.includes(digest)).sort()).toEqual(unfinished.toSorted());
  expect(copiedBytes + reusedBytes).toBe(built.allBytes);
  expect(await index.isPublished(built.digest)).toBe(true);
});

describe('a region takes nothing from a central store that', () => {
  const tampered = (changes: Partial<BlobStore>): BlobStore => ({ ...central, ...changes });

  test.each<[string, () => Promise<[Digest, BlobStore]>, RegExp]>([
    [
      'has a manifest by another key',
      async () => {
        const built = await storeFiles(central, files);
        return [
          built.digest,
          tampered({ readRelease: async () => signText(manifestType, built.rootText, keys.admission.privateKey) }),
        ];
      },
      /not signed as a manifest/,
    ],
    [
      'gives another release for the one that was asked for',
      async () => {
        const [one, two] = [await release(files), await release({ z: 'z' }, 413)];
        return [one.digest, tampered({ readRelease: () => central.readRelease(two.digest) })];
      },
      /of another release/,
    ],
    [
      'has lost the listing',
      async () => {
        const built = await release(files);
        return [
          built.digest,
          tampered({
            open: async (digest, range) => (digest === built.root.listing.digest ? null : central.open(digest, range)),
          }),
        ];
      },
      /listing of the release is absent/,
    ],
    [
      'gives other content for a chunk',
      async () => {
        const built = await release(files);
        const [a, b] = [digestOf(files['a']!), digestOf(files['b']!)];
        return [built.digest, tampered({ open: (digest, range) => central.open(digest === a ? b : digest, range) })];
      },
      /content said to be/,
    ],
  ])('%s', async (_, make, reason) => {
    const [digest, source] = await make();
    await expect(replicate(digest, source)).rejects.toMatchObject({
      message: expect.stringMatching(reason),
      nonRetryable: true,
    });
    expect(await index.isPublished(digest)).toBe(false);
    expect(await region.readRelease(digest)).toBeNull();
  });

  test('answers for another service', async () => {
    const built = await release(files);
    const parts = { source: central, target: region, index, buildKey: keys.build.publicKey };
    const input = { service: serviceName('payments'), region: euWest, release: built.digest };
    const replicated = new MockActivityEnvironment().run(() =>
      createReplicationActivities(parts).replicateRelease(input),
    );
    await expect(replicated).rejects.toThrow(/of service checkout/);
  });

  test('lacks a chunk for now: that is tried again', async () => {
    const built = await release(files);
    const without = tampered({
      open: async (digest, range) => (digest === digestOf(files['a']!) ? null : central.open(digest, range)),
    });
    await expect(replicate(built.digest, without)).rejects.toThrow(/is not in the central store/);
    expect(await replicate(built.digest)).toMatchObject({ copiedBytes: expect.any(Number) });
  });
});

test('a cancelled copy ends, keeps what it has, and publishes nothing', async () => {
  const built = await release({ ...files, large: randomBytes(8_000_000).toString('hex') });
  const environment = new MockActivityEnvironment();
  const source: BlobStore = {
    ...central,
    open: async (digest, range) => {
      const blob = await central.open(digest, range);
      if (blob !== null && blob.sizeBytes > 1_000_000) environment.cancel();
      return blob;
    },
  };
  await expect(replicate(built.digest, source, environment)).rejects.toBeInstanceOf(CancelledFailure);
  expect(await index.isPublished(built.digest)).toBe(false);
});

test('heartbeats say how many bytes are committed', async () => {
  const built = await release(files);
  const environment = new MockActivityEnvironment();
  const beats: unknown[] = [];
  environment.on('heartbeat', (details) => beats.push(details));
  await replicate(built.digest, central, environment);
  expect(beats[0]).toEqual({ committedBytes: 0 });
});
