import { createPublicKey, X509Certificate, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import { regionName, type Digest, type RegionName } from '../domain/names.ts';
import { keyId, verifyDocument, type Envelope } from './dsse.ts';
import { digestField, regionField, timeField } from './fields.ts';

export const rootType = 'application/vnd.slipway.root.v1+json';

const publicKeyField = z.strictObject({ keyid: z.string().max(100), spki: z.base64().max(200) });
type PublicKeyDocument = z.infer<typeof publicKeyField>;

/** What every format has. */
const roles = {
  version: z.int().min(1),
  issuedAt: timeField,
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
};

/** By one root key: where that lies beside what it vouches for, as in the embedded stack. */
const byOneKey = z.strictObject({ format: z.literal('slipway.root/1'), ...roles, root: publicKeyField });

/** By `threshold` of several keys, kept apart. */
const bySeveralKeys = z.strictObject({
  format: z.literal('slipway.root/2'),
  ...roles,
  root: z
    .strictObject({ threshold: z.int().min(1).max(8), keys: z.array(publicKeyField).min(1).max(8) })
    .refine(({ threshold, keys }) => threshold <= new Set(keys.map(({ keyid }) => keyid)).size, 'too few keys'),
  /** Releases that nobody installs any more, whoever admitted them; where one runs it is told, not stopped. */
  revoked: z.array(digestField).max(1_000),
});

/** Binds each key to its role. Signed offline; hosts pin it. */
export const rootDocumentSchema = z.discriminatedUnion('format', [byOneKey, bySeveralKeys]);
export type RootDocument = z.infer<typeof rootDocumentSchema>;

/** Public keys by role, out of a verified root document. */
export interface TrustedKeys {
  readonly version: number;
  /** When the document was issued, ms since 1970. */
  readonly issuedAtMs: number;
  readonly root: RootKeys;
  readonly build: KeyObject;
  readonly admission: KeyObject;
  readonly directors: ReadonlyMap<RegionName, KeyObject>;
  readonly authorities: ReadonlyMap<RegionName, readonly X509Certificate[]>;
  readonly revoked: ReadonlySet<Digest>;
}

/** Who signs root documents: so many of these keys. */
export interface RootKeys {
  readonly threshold: number;
  readonly keys: readonly KeyObject[];
}

export type VerifiedRoot =
  | { readonly ok: true; readonly keys: TrustedKeys; readonly document: RootDocument }
  | { readonly ok: false; readonly reason: string };

/**
 * Keys of a root document. It must be signed as it says itself; whoever trusts an earlier one passes the root keys of that,
 * which must have signed it too: so root keys follow one another, and nobody takes a document by others.
 */
export function verifyRoot(envelope: Envelope, trusted?: RootKeys): VerifiedRoot {
  const document = rootDocumentSchema.safeParse(unverifiedPayload(envelope));
  if (!document.success) return refuse('is malformed');
  const keys = readKeys(document.data);
  if (keys === null) return refuse('names a key that is no Ed25519 key, or an authority that is none');
  if (trusted !== undefined && !isSignedBy(envelope, trusted))
    return refuse('is not signed by the root keys that are trusted');
  return isSignedBy(envelope, keys.root)
    ? { ok: true, keys, document: document.data }
    : refuse('is not signed by the root keys that it names');
}

const isSignedBy = (envelope: Envelope, { keys, threshold }: RootKeys): boolean =>
  verifyDocument(envelope, rootType, keys, threshold).ok;

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
      issuedAtMs: Date.parse(document.issuedAt),
      root: readRootKeys(document),
      build: readKey(document.build),
      admission: readKey(document.admission),
      directors: new Map(directors),
      authorities: new Map(authorities),
      revoked: new Set(document.format === 'slipway.root/1' ? [] : document.revoked),
    };
  } catch {
    return null;
  }
}

const readRootKeys = (document: RootDocument): RootKeys =>
  document.format === 'slipway.root/1'
    ? { threshold: 1, keys: [readKey(document.root)] }
    : { threshold: document.root.threshold, keys: document.root.keys.map(readKey) };

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
