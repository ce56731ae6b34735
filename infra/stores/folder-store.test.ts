import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { isStoreError, readPart, type BlobStore } from '../../activities/blob-store.ts';
import type { Digest } from '../../domain/names.ts';
import { digestOf } from '../../protocol/digest.ts';
import { signDocument } from '../../protocol/dsse.ts';
import { openFolderStore } from './folder-store.ts';

let root: string;
let store: BlobStore;
beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'slipway-store-'));
  store = await openFolderStore(root);
});
afterEach(() => rm(root, { recursive: true }));

const put = (content: Buffer | string) =>
  store.put(digestOf(content), Buffer.byteLength(content), Buffer.from(content));
const files = async (): Promise<string[]> => {
  const found = await readdir(root, { recursive: true, withFileTypes: true });
  return found.filter((entry) => entry.isFile()).map((entry) => entry.name);
};

describe('content', () => {
  test('is read back whole, in part, and by size', async () => {
    const content = randomBytes(3_000_000);
    const source = Readable.from([content.subarray(0, 10), content.subarray(10)]);
    expect(await store.put(digestOf(content), content.length, source)).toBe('stored');
    const whole = await store.open(digestOf(content));
    expect(whole!.sizeBytes).toBe(content.length);
    expect((await buffer(whole!.stream)).equals(content)).toBe(true);
    const middle = await store.open(digestOf(content), { start: 5, end: 14 });
    expect((await buffer(middle!.stream)).equals(content.subarray(5, 15))).toBe(true);
    expect(await store.sizeOf(digestOf(content))).toBe(content.length);
  });

  test('that is empty is content like any other', async () => {
    expect(await put('')).toBe('stored');
    expect(await readPart(store, { digest: digestOf(''), sizeBytes: 0 })).toEqual(Buffer.alloc(0));
  });

  test('that is absent is said to be', async () => {
    await put('here');
    expect(await store.open(digestOf('absent'))).toBeNull();
    expect(await store.sizeOf(digestOf('absent'))).toBeNull();
    expect(await store.missing(['b', 'here', 'a'].map(digestOf))).toEqual(['b', 'a'].map(digestOf));
  });

  test('that is there already is neither read nor written again', async () => {
    await put('once');
    const source = new Readable({
      read: () => {
        throw new Error('was read');
      },
    });
    expect(await store.put(digestOf('once'), 4, source)).toBe('present');
    expect(source.destroyed).toBe(true);
  });

  test('written by many at once is stored once', async () => {
    const content = randomBytes(100_000);
    const outcomes = await Promise.all(Array.from({ length: 10 }, () => put(content)));
    expect(outcomes.filter((outcome) => outcome === 'stored')).toHaveLength(1);
    expect(await files()).toHaveLength(1);
  });

  test('under a name that is no digest is refused: it would be a path', async () => {
    await expect(store.put('sha256:../../etc/x' as Digest, 1, Buffer.from('x'))).rejects.toThrow('not a digest');
    await expect(store.open('../../../etc/passwd' as Digest)).rejects.toThrow('not a digest');
  });
});

describe('nothing stays of', () => {
  test.each([
    ['other content than its digest', digestOf('a'), 5],
    ['less than its size', digestOf('other'), 6],
    ['more than its size', digestOf('other'), 4],
  ])('%s', async (_, digest, sizeBytes) => {
    const failure = await store.put(digest, sizeBytes, Buffer.from('other')).catch((error: unknown) => error);
    expect(isStoreError(failure, 'blob-mismatch')).toBe(true);
    expect(await files()).toEqual([]);
  });

  test('a stream without end: it is read no further than its size', async () => {
    const endless = Readable.from(
      (function* () {
        for (;;) yield Buffer.alloc(1000);
      })(),
    );
    const failure = await store.put(digestOf('a'), 10_000, endless).catch((error: unknown) => error);
    expect(isStoreError(failure, 'blob-mismatch')).toBe(true);
    expect(endless.destroyed).toBe(true);
    expect(await files()).toEqual([]);
  });

  test('a stream that breaks', async () => {
    const broken = Readable.from(
      (function* () {
        yield Buffer.from('ot');
        throw new Error('connection lost');
      })(),
    );
    await expect(store.put(digestOf('other'), 5, broken)).rejects.toThrow('connection lost');
    expect(await files()).toEqual([]);
  });

  test('a stream that was broken before it was read', async () => {
    const broken = Readable.from(['other']);
    broken.destroy(new Error('connection lost'));
    await expect(store.put(digestOf('other'), 5, broken)).rejects.toThrow('connection lost');
    expect(await files()).toEqual([]);
  });

  test('a killed writer, once it is a day old', async () => {
    const [old, young] = ['old', 'young'].map((name) => path.join(root, 'tmp', name)) as [string, string];
    await writeFile(old, 'half');
    await writeFile(young, 'half');
    await utimes(old, new Date(), new Date(Date.now() - 25 * 3600 * 1000));
    await openFolderStore(root);
    expect(await files()).toEqual(['young']);
  });

  test('what a full disk cut short; the store works again when there is room', async () => {
    const script = path.join(import.meta.dirname, 'full-disk.fixture.ts');
    const mountAndRun =
      'mount -t tmpfs -o size=1m none "$1" && exec "$2" --disable-warning=ExperimentalWarning "$3" "$1"';
    const args = ['-rm', 'sh', '-c', mountAndRun, 'sh', root, process.execPath, script];
    const { stdout } = await promisify(execFile)('unshare', args, { env: { PATH: process.env['PATH'] } });
    expect(JSON.parse(stdout)).toEqual({
      tooLarge: { code: 'store-full', left: ['small'] },
      afterwards: 'stored',
      release: { code: 'store-full' },
    });
  });
});

describe('a signed root', () => {
  const { privateKey } = generateKeyPairSync('ed25519');
  const release = digestOf('release');

  test('is kept under the release, and the first one stays', async () => {
    const [first, second] = [signDocument('t', { n: 1 }, privateKey), signDocument('t', { n: 2 }, privateKey)];
    expect(await store.readRelease(release)).toBeNull();
    await store.putRelease(release, first);
    await store.putRelease(release, second);
    expect(await store.readRelease(release)).toEqual(first);
  });
});

test('a part is read only as what its digest and size say', async () => {
  await put('part');
  expect(await readPart(store, { digest: digestOf('part'), sizeBytes: 4 })).toEqual(Buffer.from('part'));
  expect(await readPart(store, { digest: digestOf('part'), sizeBytes: 5 })).toBeNull();
  expect(await readPart(store, { digest: digestOf('none'), sizeBytes: 4 })).toBeNull();
  const [file] = (await readdir(path.join(root, 'blobs'), { recursive: true })).filter((name) => name.length > 60);
  await rm(path.join(root, 'blobs', file!));
  await writeFile(path.join(root, 'blobs', file!), 'tarp');
  expect(await readPart(store, { digest: digestOf('part'), sizeBytes: 4 })).toBeNull();
});

test('files are read-only: nothing that is stored changes', async () => {
  await put('fixed');
  const [file] = (await readdir(path.join(root, 'blobs'), { recursive: true })).filter((name) => name.length > 60);
  expect((await stat(path.join(root, 'blobs', file!))).mode & 0o222).toBe(0);
});
