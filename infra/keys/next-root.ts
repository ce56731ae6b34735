import { createPublicKey, type KeyObject } from 'node:crypto';
import { signDocument, type Envelope } from '../../protocol/dsse.ts';
import { publicKeyDocument, rootType, type RootDocument } from '../../protocol/root-document.ts';
import { KeyFileError } from './read-keys.ts';

type PublicKey = RootDocument['build'];

/** What a new version may say otherwise than the one before. */
export interface RootChange {
  readonly root?: { readonly threshold: number; readonly keys: readonly PublicKey[] };
  readonly build?: PublicKey;
  readonly admission?: PublicKey;
  readonly directors?: RootDocument['directors'];
  readonly authorities?: RootDocument['authorities'];
  readonly revoked?: readonly string[];
}

/** The version after `known`. In the short form as long as one key signs and nothing is revoked. @throws KeyFileError */
export function nextRoot(known: RootDocument, change: RootChange, now: Date): RootDocument {
  const { format: _format, root: _root, ...roles } = known;
  const { root = rootKeysOf(known), revoked = revokedOf(known), ...named } = change;
  if (root.threshold > root.keys.length)
    throw new KeyFileError(`${root.threshold} of ${root.keys.length} root keys can never sign`);
  const next = { ...roles, ...named, version: known.version + 1, issuedAt: now.toISOString() };
  const [only, ...others] = root.keys;
  return only !== undefined && others.length === 0 && revoked.length === 0
    ? { format: 'slipway.root/1', ...next, root: only }
    : ({ format: 'slipway.root/2', ...next, root, revoked } as RootDocument);
}

export const rootKeysOf = (document: RootDocument): NonNullable<RootChange['root']> =>
  document.format === 'slipway.root/1' ? { threshold: 1, keys: [document.root] } : document.root;

export const revokedOf = (document: RootDocument): readonly string[] =>
  document.format === 'slipway.root/1' ? [] : document.revoked;

/** Adds the signature of one key to those that are there. */
export function addSignature(unsigned: RootDocument | Envelope, key: KeyObject): Envelope {
  if (!('payload' in unsigned)) return signDocument(rootType, unsigned, key);
  const document: unknown = JSON.parse(Buffer.from(unsigned.payload, 'base64').toString('utf8'));
  const own = signDocument(rootType, document, key);
  if (own.payload !== unsigned.payload) throw new KeyFileError('the document is not in its canonical form');
  const others = unsigned.signatures.filter(({ keyid }) => keyid !== own.signatures[0]!.keyid);
  return { ...unsigned, signatures: [...others, ...own.signatures] };
}

/** Whether this key is one of those that sign, and signs alone. */
export function signsAlone(document: RootDocument, key: KeyObject): boolean {
  const { threshold, keys } = rootKeysOf(document);
  return threshold === 1 && keys.some(({ keyid }) => keyid === publicKeyDocument(createPublicKey(key)).keyid);
}
