import type { KeyObject } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { signDocument, type Envelope } from '../../protocol/dsse.ts';
import { rootType } from '../../protocol/root-document.ts';
import { newKey, newTrust, signRoot, type TestTrust } from '../testing/trust.ts';
import { openPinnedRoot, readPinnedKeys, RootError, UnreadRootError, type PinnedRoot } from './pinned-root.ts';

let folder: string;
let trust: TestTrust;
let refusals: string[];

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'slipway-root-'));
  trust = newTrust('eu-west');
  refusals = [];
});
afterEach(() => rmSync(folder, { recursive: true }));

const offered = (): string => path.join(folder, 'offered.json');
const offer = (root: unknown): void => writeFileSync(offered(), JSON.stringify(root));
const copies = (): string[] => ['pinned.json', 'copy.json'].map((name) => path.join(folder, name));
const openRoot = (isNew = true): Promise<PinnedRoot> =>
  openPinnedRoot({ offered: offered(), pinned: copies(), isNew }, (reason) => refusals.push(reason));
const open = async (isNew = true): Promise<number> => (await openRoot(isNew)).keys.version;

describe('the root document of a host', () => {
  it('is pinned at first sight, and followed to newer versions by the same root key', async () => {
    offer(trust.root);
    expect(await open()).toBe(1);
    offer(signRoot(trust, 'eu-west', 3));
    expect(await open()).toBe(3);
    expect(refusals).toEqual([]);
  });

  it.each<[string, () => void, string]>([
    ['is older', () => offer(signRoot(trust, 'eu-west', 1)), 'is version 1'],
    [
      'is of another root key',
      () => offer(signRoot({ ...trust, rootKey: newKey() }, 'eu-west', 9)),
      'not signed by the root keys that are trusted',
    ],
    [
      'was changed',
      () => offer({ ...signRoot(trust, 'eu-west', 9), signatures: trust.root.signatures }),
      'is not signed by the root keys',
    ],
    ['is torn', () => writeFileSync(offered(), '{"payl'), 'is malformed'],
    ['is gone', () => rmSync(offered()), 'is not there'],
  ])('stays in force when the one that is offered %s', async (_what, change, reason) => {
    offer(signRoot(trust, 'eu-west', 2));
    await open();
    change();
    expect(await open()).toBe(2);
    expect(refusals.join()).toContain(reason);
  });

  it('that nobody could look at is told apart from one that is damaged: it may be read by the next look', async () => {
    offer(trust.root);
    await open();
    const [file = '', copy = ''] = copies();
    const whole = readFileSync(file);
    rmSync(file);
    // No name may be so long, which says nothing of what it was.
    symlinkSync('x'.repeat(300), file);
    writeFileSync(copy, '');
    await expect(open()).rejects.toThrow(UnreadRootError);
    rmSync(file);
    writeFileSync(file, '');
    const damaged = await open().catch((error: unknown) => error);
    expect(damaged).toBeInstanceOf(RootError);
    expect(damaged).not.toBeInstanceOf(UnreadRootError);
    writeFileSync(file, whole);
    expect(await open()).toBe(1);
  });

  it.each([0, 1])('is known from its other copy when copy %i is damaged or gone, and written anew', async (which) => {
    offer(signRoot(trust, 'eu-west', 2));
    await open();
    offer(signRoot({ ...trust, rootKey: newKey() }, 'eu-west', 9));
    for (const change of [() => writeFileSync(copies()[which]!, ''), () => rmSync(copies()[which]!)]) {
      change();
      expect(await open(false)).toBe(2);
      const [one, other] = copies().map((file) => readFileSync(file, 'utf8'));
      expect(one).toBe(other);
    }
  });

  it('is not trusted at first sight again by a host that had one', async () => {
    offer(trust.root);
    await open();
    copies().forEach((file) => writeFileSync(file, ''));
    await expect(open(false)).rejects.toThrow('put back the root document that this host had');
    copies().forEach((file) => rmSync(file));
    await expect(open(false)).rejects.toThrow('put back the root document that this host had');
    offer(signRoot(trust, 'eu-west', 2));
    expect(await open(true)).toBe(2);
  });

  it('must be there, whole and signed, before a host trusts anybody', async () => {
    await expect(open()).rejects.toThrow('is not there');
    offer({ ...trust.root, signatures: [{ keyid: 'x', sig: 'AAAA' }] });
    await expect(open()).rejects.toThrow('is not signed by the root keys');
  });
});

describe('a host follows its root document', () => {
  it('from version to version, by root keys that follow one another, and remembers it', async () => {
    offer(trust.root);
    const root = await openRoot();
    const newKeys = { ...trust, rootKey: newKey(), director: newKey() };
    const handOver = cosigned(signRoot(newKeys, 'eu-west', 2), trust.rootKey);
    expect(await root.follow(signRoot(newKeys, 'eu-west', 2))).toContain(
      'not signed by the root keys that are trusted',
    );
    expect(await root.follow(handOver)).toBeNull();
    expect(await root.follow(signRoot(trust, 'eu-west', 3))).toContain('not signed by the root keys that are trusted');
    expect(await root.follow(signRoot(newKeys, 'eu-west', 3))).toBeNull();
    expect(root.keys.version).toBe(3);
    expect(await open()).toBe(3);
  });

  it.each([0, 1])('and remembers it with copy %i of it gone', async (which) => {
    offer(trust.root);
    const root = await openRoot();
    expect(await root.follow(signRoot(trust, 'eu-west', 2))).toBeNull();
    rmSync(copies()[which]!);
    expect((await readPinnedKeys(copies())).version).toBe(2);
    expect(await open(false)).toBe(2);
  });

  it.each([1, 2, 4])('to the version that is next, and not from 2 to %i', async (version) => {
    offer(signRoot(trust, 'eu-west', 2));
    const root = await openRoot();
    expect(await root.follow(signRoot(trust, 'eu-west', version))).toContain(`is version ${version}`);
    expect(root.keys.version).toBe(2);
  });
});

/** Signed by one key more. */
function cosigned(envelope: Envelope, key: KeyObject): Envelope {
  const document: unknown = JSON.parse(Buffer.from(envelope.payload, 'base64').toString('utf8'));
  return { ...envelope, signatures: [...envelope.signatures, ...signDocument(rootType, document, key).signatures] };
}
