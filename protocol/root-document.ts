import { createPublicKey, X509Certificate, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import { regionName, type RegionName } from '../domain/names.ts';
import { keyId, verifyDocument, type Envelope } from './dsse.ts';
import { regionField, timeField } from './fields.ts';

export const rootType = 'application/vnd.slipway.root.v1+json';

const publicKeyField = z.strictObject({ keyid: z.string().max(100), spki: z.base64().max(200) });
type PublicKeyDocument = z.infer<typeof publicKeyField>;

/** Binds each key to its role. Signed offline; hosts pin it. */
export const rootDocumentSchema = z.strictObject({
  format: z.literal('slipway.root/1'),
  version: z.int().min(1),
  issuedAt: timeField,
  root: publicKeyField,
  /** Signs manifests. */
  build: publicKeyField,
  /** Signs admissions. */
  admission: publicKeyField,
  /** One a region: signs goals of that region only. */
  directors: z.record(regionField, publicKeyField),
  /**
   * Certificates (DER) of the authorities of each region, which say who its gateways and hosts are. Two while one follows
   * another. Documents of before hosts had certificates don't have it.
   */
  authorities: z.record(regionField, z.array(z.base64().max(2_000)).min(1).max(4)).optional(),
});
export type RootDocument = z.infer<typeof rootDocumentSchema>;

/** Public keys by role, out of a verified root document. */
export interface TrustedKeys {
  readonly version: number;
  readonly root: KeyObject;
  readonly build: KeyObject;
  readonly admission: KeyObject;
  readonly directors: ReadonlyMap<RegionName, KeyObject>;
  readonly authorities: ReadonlyMap<RegionName, readonly X509Certificate[]>;
}

export type VerifiedRoot =
  | { readonly ok: true; readonly keys: TrustedKeys; readonly document: RootDocument }
  | { readonly ok: false; readonly reason: string };

/**
 * Keys of a root document. It must be signed by the root key that it names itself; whoever has pinned a root key
 * (from the document it was set up with) passes it, and takes no document by another.
 */
export function verifyRoot(envelope: Envelope, pinnedRootKey?: KeyObject): VerifiedRoot {
  const document = rootDocumentSchema.safeParse(unverifiedPayload(envelope));
  if (!document.success) return refuse('is malformed');
  const keys = readKeys(document.data);
  if (keys === null) return refuse('names a key that is no Ed25519 key, or an authority that is none');
  if (pinnedRootKey !== undefined && keyId(pinnedRootKey) !== keyId(keys.root)) return refuse('is of another root key');
  const verified = verifyDocument(envelope, rootType, [keys.root]);
  return verified.ok
    ? { ok: true, keys, document: document.data }
    : refuse(`is not signed by its key (${verified.reason})`);
}

/** How a public key stands in the root document. */
export function publicKeyDocument(key: KeyObject): PublicKeyDocument {
  const publicKey = key.type === 'private' ? createPublicKey(key) : key;
  return { keyid: keyId(publicKey), spki: publicKey.export({ type: 'spki', format: 'der' }).toString('base64') };
}

/** Only to learn which key must have signed these same bytes. */
function unverifiedPayload(envelope: Envelope): unknown {
  try {
    return JSON.parse(Buffer.from(envelope.payload, 'base64').toString('utf8'));
  } catch {
    return undefined;
  }
}

function readKeys(document: RootDocument): TrustedKeys | null {
  try {
    const directors = Object.entries(document.directors).map(
      ([region, key]) => [regionName(region), readKey(key)] as const,
    );
    const authorities = Object.entries(document.authorities ?? {}).map(
      ([region, certificates]) => [regionName(region), certificates.map(readAuthority)] as const,
    );
    return {
      version: document.version,
      root: readKey(document.root),
      build: readKey(document.build),
      admission: readKey(document.admission),
      directors: new Map(directors),
      authorities: new Map(authorities),
    };
  } catch {
    return null;
  }
}

function readKey({ keyid, spki }: PublicKeyDocument): KeyObject {
  const key = createPublicKey({ key: Buffer.from(spki, 'base64'), format: 'der', type: 'spki' });
  if (key.asymmetricKeyType !== 'ed25519' || keyId(key) !== keyid) throw new TypeError('not the Ed25519 key it says');
  return key;
}

function readAuthority(der: string): X509Certificate {
  const certificate = new X509Certificate(Buffer.from(der, 'base64'));
  if (!certificate.ca || !certificate.verify(certificate.publicKey)) throw new TypeError('not an authority of its own');
  return certificate;
}

const refuse = (reason: string): VerifiedRoot => ({ ok: false, reason: `root document ${reason}` });
