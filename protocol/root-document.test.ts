import { describe, expect, test } from '@jest/globals';
import { generateKeyPairSync } from 'node:crypto';
import { regionName } from '../domain/names.ts';
import { keyId, signDocument } from './dsse.ts';
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
const envelope = signDocument(rootType, document, root.privateKey);

describe('a root document', () => {
  test('gives each key in its role', () => {
    const verified = verifyRoot(envelope, root.publicKey);
    if (!verified.ok) throw new Error(verified.reason);
    expect(verified.keys.version).toBe(3);
    expect(keyId(verified.keys.build)).toBe(keyId(build.publicKey));
    expect(keyId(verified.keys.admission)).toBe(keyId(admission.publicKey));
    expect(keyId(verified.keys.directors.get(regionName('eu-west'))!)).toBe(keyId(director.publicKey));
  });

  test('of another root key than the pinned one is refused, however well it is signed', () => {
    expect(verifyRoot(envelope, pair().publicKey)).toMatchObject({ ok: false });
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
