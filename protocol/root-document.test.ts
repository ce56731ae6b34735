import { describe, expect, test } from '@jest/globals';
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { regionName } from '../domain/names.ts';
import { digestOf } from './digest.ts';
import { keyId, signDocument, type Envelope } from './dsse.ts';
import { publicKeyDocument, rootType, verifyRoot, type RootDocument } from './root-document.ts';

const pair = () => generateKeyPairSync('ed25519');
const [root, build, admission, director] = [pair(), pair(), pair(), pair()] as const;
const document: RootDocument = {
  format: 'slipway.root/1',
  version: 3,
  issuedAt: '2026-11-24T00:00:00.000Z',
  root: publicKeyDocument(root.publicKey),
  build: publicKeyDocument(build.privateKey),
  admission: publicKeyDocument(admission.publicKey),
  directors: { [regionName('eu-west')]: publicKeyDocument(director.publicKey) },
};
const alone = (key: KeyObject) => ({ threshold: 1, keys: [key] });
const envelope = signDocument(rootType, document, root.privateKey);

describe('a root document', () => {
  test('gives each key in its role', () => {
    const verified = verifyRoot(envelope, alone(root.publicKey));
    if (!verified.ok) throw new Error(verified.reason);
    expect(verified.keys.version).toBe(3);
    expect(keyId(verified.keys.build)).toBe(keyId(build.publicKey));
    expect(keyId(verified.keys.admission)).toBe(keyId(admission.publicKey));
    expect(keyId(verified.keys.directors.get(regionName('eu-west'))!)).toBe(keyId(director.publicKey));
  });

  test('of another root key than the pinned one is refused, however well it is signed', () => {
    expect(verifyRoot(envelope, alone(pair().publicKey))).toMatchObject({ ok: false });
  });

  test.each([
    ['is signed by a key that it does not name', signDocument(rootType, document, build.privateKey)],
    ['is of another type', signDocument('application/other', document, root.privateKey)],
    [
      'was changed after signing',
      { ...envelope, payload: Buffer.from(JSON.stringify({ ...document, version: 4 })).toString('base64') },
    ],
    ['is no JSON', { ...envelope, payload: Buffer.from('{').toString('base64') }],
    ['has a field more', signDocument(rootType, { ...document, extra: 1 }, root.privateKey)],
    [
      'names a region that is none',
      signDocument(rootType, { ...document, directors: { 'EU west': document.build } }, root.privateKey),
    ],
    [
      'lies about a key id',
      signDocument(rootType, { ...document, build: { ...document.build, keyid: '0'.repeat(32) } }, root.privateKey),
    ],
    [
      'names a key of another kind',
      signDocument(
        rootType,
        { ...document, build: publicKeyDocument(generateKeyPairSync('x25519').publicKey) },
        root.privateKey,
      ),
    ],
  ])('is refused when it %s', (_, bad) => {
    expect(verifyRoot(bad)).toMatchObject({ ok: false });
  });
});

describe('a root document of several keys', () => {
  const [one, two, three, stranger] = [pair(), pair(), pair(), pair()].map(({ privateKey }) => privateKey) as [
    KeyObject,
    KeyObject,
    KeyObject,
    KeyObject,
  ];
  const { format: _, root: __, ...roles } = document;
  const several = (keys: readonly KeyObject[], threshold: number): RootDocument => ({
    format: 'slipway.root/2',
    ...roles,
    root: { threshold, keys: keys.map(publicKeyDocument) },
    revoked: [digestOf('bad')],
  });
  const signed = (by: RootDocument, ...keys: readonly KeyObject[]): Envelope => ({
    ...signDocument(rootType, by, keys[0]!),
    signatures: keys.flatMap((key) => signDocument(rootType, by, key).signatures),
  });
  const twoOfThree = several([one, two, three], 2);

  test('is signed by as many of them as it says, each counted once, and names what is revoked', () => {
    const verified = verifyRoot(signed(twoOfThree, one, three));
    expect(verified.ok && [...verified.keys.revoked]).toEqual([digestOf('bad')]);
    expect(verifyRoot(signed(twoOfThree, one))).toMatchObject({ ok: false });
    expect(verifyRoot(signed(twoOfThree, one, one, one))).toMatchObject({ ok: false });
    expect(verifyRoot(signed(twoOfThree, one, stranger))).toMatchObject({ ok: false });
    expect(verifyRoot(signed(several([one, one], 2), one, one))).toMatchObject({ ok: false });
    expect(verifyRoot(signed(several([one], 2), one))).toMatchObject({ ok: false });
  });

  test('follows another only when enough keys of that have signed it too', () => {
    const before = { threshold: 2, keys: [one, two, stranger] };
    expect(verifyRoot(signed(twoOfThree, one, two), before)).toMatchObject({ ok: true });
    expect(verifyRoot(signed(twoOfThree, one, three), before)).toMatchObject({ ok: false });
    expect(verifyRoot(signed(twoOfThree, one, three, stranger), before)).toMatchObject({ ok: true });
    expect(verifyRoot(signed(twoOfThree, one, stranger), before)).toMatchObject({ ok: false });
  });
});
