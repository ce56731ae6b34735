import { createHash, createPublicKey, sign, verify, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import { canonicalJson } from './canonical-json.ts';

/** DSSE v1 envelope (github.com/secure-systems-lab/dsse): the payload's type is signed with it. */
export const envelopeSchema = z.strictObject({
  payloadType: z.string().max(100),
  payload: z.base64().max(256 * 1024),
  signatures: z
    .array(z.strictObject({ keyid: z.string().max(100), sig: z.base64().max(200) }))
    .min(1)
    .max(8),
});
export type Envelope = z.infer<typeof envelopeSchema>;

export type VerifyFailure = 'wrong-type' | 'unknown-key' | 'bad-signature' | 'malformed';
export type Verified =
  | { readonly ok: true; readonly payload: unknown; readonly payloadText: string }
  | { readonly ok: false; readonly reason: VerifyFailure };

/** Ed25519 over the pre-authentication encoding of canonical JSON. */
export function signDocument(payloadType: string, document: unknown, key: KeyObject): Envelope {
  return signText(payloadType, canonicalJson(document), key);
}

/** For a document whose exact text is already fixed by its digest. */
export function signText(payloadType: string, text: string, key: KeyObject): Envelope {
  const payload = Buffer.from(text, 'utf8');
  const sig = sign(null, preAuthEncoding(payloadType, payload), key).toString('base64');
  return { payloadType, payload: payload.toString('base64'), signatures: [{ keyid: keyId(key), sig }] };
}

/**
 * Payload of an envelope signed by `threshold` of `keys`, parsed once from the verified bytes, which must be its one canonical
 * text. The key id in the envelope is a hint only: each key is tried, so a lying id gains nothing, and a key that signs twice
 * counts once.
 */
export function verifyDocument(
  envelope: Envelope,
  payloadType: string,
  keys: readonly KeyObject[],
  threshold = 1,
): Verified {
  if (envelope.payloadType !== payloadType) return { ok: false, reason: 'wrong-type' };
  if (keys.length === 0) return { ok: false, reason: 'unknown-key' };
  const payload = Buffer.from(envelope.payload, 'base64');
  const signed = preAuthEncoding(payloadType, payload);
  const signers = keys.filter((key) =>
    envelope.signatures.some(({ sig }) => verify(null, signed, key, Buffer.from(sig, 'base64'))),
  );
  if (new Set(signers.map(keyId)).size < threshold) return { ok: false, reason: 'bad-signature' };
  try {
    const payloadText = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(payload);
    const document: unknown = JSON.parse(payloadText);
    // Of a key that is there twice, readers take one or the other.
    if (canonicalJson(document) !== payloadText) return { ok: false, reason: 'malformed' };
    return { ok: true, payload: document, payloadText };
  } catch {
    return { ok: false, reason: 'malformed' };
  }
}

const keyIds = new WeakMap<KeyObject, string>();

/** First 32 hex digits of the SHA-256 of the raw public key's SPKI form. */
export function keyId(key: KeyObject): string {
  const known = keyIds.get(key) ?? computeKeyId(key);
  keyIds.set(key, known);
  return known;
}

function computeKeyId(key: KeyObject): string {
  const publicKey = key.type === 'private' ? createPublicKey(key) : key;
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  return createHash('sha256').update(spki).digest('hex').slice(0, 32);
}

function preAuthEncoding(payloadType: string, payload: Buffer): Buffer {
  const type = Buffer.from(payloadType, 'utf8');
  return Buffer.concat([Buffer.from(`DSSEv1 ${type.length} `), type, Buffer.from(` ${payload.length} `), payload]);
}
