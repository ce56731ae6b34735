import crypto, { type KeyObject } from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';

/** Signatures that were looked at lately: a goal, the index and an admission, of a few steps. */
const mostKept = 200;

/**
 * From now on this process checks a signature over the same bytes by the same key once, and gives the same answer to all who
 * ask: on real machines each host has a core of its own for it. Only checks of Ed25519 by `crypto.verify` are shared.
 */
export function verifyOnce(): void {
  const { verify } = crypto;
  const answers = new Map<KeyObject, Map<string, boolean>>();
  const shared = (algorithm: null, data: Buffer, key: KeyObject, signature: Buffer): boolean => {
    const ofKey = answers.get(key) ?? new Map<string, boolean>();
    answers.set(key, ofKey);
    const asked = `${data.toString('latin1')} ${signature.toString('latin1')}`;
    const known = ofKey.get(asked);
    if (known !== undefined) return known;
    const answer = verify(algorithm, data, key, signature);
    if (ofKey.size >= mostKept) ofKey.delete(ofKey.keys().next().value!);
    ofKey.set(asked, answer);
    return answer;
  };
  Object.assign(crypto, { verify: shared });
  syncBuiltinESMExports();
}
