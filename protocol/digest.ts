import { createHash, hash } from 'node:crypto';
import type { Digest } from '../domain/names.ts';

/** SHA-256 of bytes or of a text's UTF-8. */
export const digestOf = (data: Uint8Array | string): Digest => `sha256:${hash('sha256', data, 'hex')}` as Digest;

/** For content that comes in pieces. */
export function digestStream(): { update(data: Uint8Array): void; digest(): Digest } {
  const running = createHash('sha256');
  return { update: (data) => void running.update(data), digest: () => `sha256:${running.digest('hex')}` as Digest };
}
