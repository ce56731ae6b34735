import { createPublicKey, sign, verify, type KeyObject } from 'node:crypto';
import { hash } from 'node:crypto';
import { z } from 'zod';
import type { Digest, HostId, RegionName } from '../domain/names.ts';
import { digestOf } from './digest.ts';
import { digestField, hostField } from './fields.ts';

/**
 * How a host gets its certificate from its region's gateway, over TLS without a certificate of its own:
 *
 *   POST /v1/enroll   EnrollRequest → CertificateAnswer     a token that was not used, and the proof of a new key
 *   POST /v1/renew    RenewRequest  → CertificateAnswer     the proofs of the key in use and of the next one
 * Both may be asked again with the same keys when an answer was lost.
 */
const spkiField = z.base64().max(200);
const signatureField = z.base64().max(200);

/** `sle_`, the region, and 256 random bits. */
const tokenPattern = /^sle_([a-z][a-z0-9-]{0,62})_[\w-]{43}$/;

export const enrollRequestSchema = z.object({
  token: z.string().regex(tokenPattern, 'must be an enrolment token, as in sle_eu-west_…'),
  host: hostField,
  /** Public key of the host, SPKI in DER. Ed25519. */
  key: spkiField,
  proof: signatureField,
  /** Digest of the machine's id, where it has one: a copied disk tells another. */
  machine: digestField.nullable(),
});
export type EnrollRequest = z.infer<typeof enrollRequestSchema>;

export const renewRequestSchema = z.object({
  host: hostField,
  key: spkiField,
  proof: signatureField,
  nextKey: spkiField,
  nextProof: signatureField,
});
export type RenewRequest = z.infer<typeof renewRequestSchema>;

export const certificateAnswerSchema = z.object({
  /** PEM, one certificate: the region's authority has signed it itself. */
  certificate: z.string().max(8_192),
});
export type CertificateAnswer = z.infer<typeof certificateAnswerSchema>;

/** The region that a token is for; null for what is no token. */
export const regionOfToken = (token: string): string | null => tokenPattern.exec(token)?.[1] ?? null;
export const enrolmentTokenText = (region: RegionName, secret: string): string => `sle_${region}_${secret}`;

/** What both ends of one TLS connection know and nobody else does (RFC 8446 §7.5): a proof is good on it only. */
export const bindingLabel = 'EXPORTER-slipway-key-proof';
export const bindingBytes = 32;

/** What is claimed by a proof. */
export interface KeyClaim {
  readonly what: 'enroll' | 'renew';
  readonly region: RegionName;
  readonly host: HostId;
  /** Public keys, SPKI in DER, base64: of an enrolment one, of a renewal the one in use and the next. */
  readonly keys: readonly string[];
  readonly binding: Buffer;
}

/** That this key is mine, said on this connection, to this region, for this purpose. */
export const proveKey = (claim: KeyClaim, key: KeyObject): string =>
  sign(null, claimText(claim), key).toString('base64');

export const isProof = (claim: KeyClaim, proof: string, key: KeyObject): boolean =>
  verify(null, claimText(claim), key, Buffer.from(proof, 'base64'));

const claimText = ({ what, region, host, keys, binding }: KeyClaim): Buffer =>
  Buffer.from(['slipway.key-proof/1', what, region, host, ...keys, binding.toString('hex')].join('\n'), 'utf8');

/** @returns null for anything but an Ed25519 key in the one form that has one digest */
export function hostKey(spki: string): KeyObject | null {
  try {
    const key = createPublicKey({ key: Buffer.from(spki, 'base64'), format: 'der', type: 'spki' });
    return key.asymmetricKeyType === 'ed25519' && spkiOf(key) === spki ? key : null;
  } catch {
    return null;
  }
}

/** SPKI in DER, base64. */
export function spkiOf(key: KeyObject): string {
  const publicKey = key.type === 'private' ? createPublicKey(key) : key;
  return publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
}

export const keyDigest = (key: KeyObject): Digest => digestOf(Buffer.from(spkiOf(key), 'base64'));

/** The name that a gateway's certificate is for, wherever hosts reach it. */
export const gatewayName = (region: RegionName): string => `gateway.${region}.slipway.internal`;

/** The name that a host's certificate is for, as a URI. */
export const hostUri = (region: RegionName, host: HostId): string => `slipway://${region}/${host}`;

/** Where a host stands in [0, 1): at which moment of the time for renewals it renews. */
export const renewalShare = (host: HostId): number =>
  Number.parseInt(hash('sha256', `slipway.renewal/1\n${host}`, 'hex').slice(0, 12), 16) / 2 ** 48;

/** What is told of a machine's id (machine-id(5)): it is the system's secret, so never itself. */
export const machineDigest = (machineId: string): Digest => digestOf(`slipway.machine/1\n${machineId}`);
