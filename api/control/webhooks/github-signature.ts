import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * Whether a delivery comes from who knows the secret: HMAC-SHA-256 over the body's bytes as they arrived
 * (docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries). An empty secret proves nothing, so with it
 * nothing passes.
 */
export function signatureMatches(secret: string, body: Buffer, header: string | undefined): boolean {
  if (secret === '' || header === undefined || !/^sha256=[0-9a-f]{64}$/.test(header)) return false;
  const expected = createHmac('sha256', secret).update(body).digest();
  return timingSafeEqual(expected, Buffer.from(header.slice('sha256='.length), 'hex'));
}
