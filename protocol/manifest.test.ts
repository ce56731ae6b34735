import { describe, expect, test } from '@jest/globals';
import { generateKeyPairSync } from 'node:crypto';
import { releaseNumber, serviceName } from '../domain/names.ts';
import { canonicalJson } from './canonical-json.ts';
import { digestOf } from './digest.ts';
import { signText } from './dsse.ts';
import { manifestType, parseManifestRoot, verifyManifest, type ManifestRoot } from './manifest.ts';

const part = { digest: digestOf('part'), sizeBytes: 4 };
const root: ManifestRoot = {
  format: 'slipway.manifest/1',
  service: serviceName('checkout'),
  release: releaseNumber(412),
  commit: 'c'.repeat(40),
  chunking: 'whole-1',
  listing: { ...part, files: 1 },
  chunks: { ...part, count: 1 },
  config: part,
  totalBytes: 4,
  maxFileBytes: 4,
};
const text = canonicalJson(root);

describe('the text of a manifest root', () => {
  test('is the release: its digest is over exactly this text', () => {
    expect(parseManifestRoot(text)).toEqual({ ok: true, root, digest: digestOf(text) });
  });

  test.each([
    ['is no JSON', '{'],
    ['has a space more', `${text} `],
    ['has its keys in another order', JSON.stringify(root)],
    ['has a field more', canonicalJson({ ...root, extra: 1 })],
    ['names another chunking', canonicalJson({ ...root, chunking: 'gear32-1' })],
    [
      'asks for a listing that no reader would hold',
      canonicalJson({ ...root, listing: { ...root.listing, sizeBytes: 2 ** 40 } }),
    ],
    ['is larger than 4 KiB', canonicalJson({ ...root, commit: 'c'.repeat(5000) })],
  ])('is refused when it %s', (_, bad) => {
    expect(parseManifestRoot(bad)).toMatchObject({ ok: false });
  });
});

describe('a signed manifest', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const envelope = signText(manifestType, text, privateKey);

  test('verifies under the build key, as the release that was asked for', () => {
    expect(verifyManifest(envelope, digestOf(text), [publicKey])).toMatchObject({ ok: true, root });
  });

  test('is refused as another release, under another key, as another type', () => {
    const stranger = generateKeyPairSync('ed25519').publicKey;
    expect(verifyManifest(envelope, digestOf('other'), [publicKey])).toMatchObject({ ok: false });
    expect(verifyManifest(envelope, digestOf(text), [stranger])).toMatchObject({ ok: false });
    expect(verifyManifest(signText('application/other', text, privateKey), digestOf(text), [publicKey])).toMatchObject({
      ok: false,
    });
  });
});
