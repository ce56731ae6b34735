import type { Digest } from '../names.ts';
import { judgeHost, type HostRefusal } from './admission.ts';
import { renewableAfterEndMs } from './certificate-life.ts';
import type { IdentityRow } from './identity-row.ts';

export type RenewalDecision =
  | { readonly renew: true; readonly promote: boolean }
  | { readonly renew: false; readonly because: HostRefusal | 'away-too-long' };

/**
 * Whether the holder of `key` (it proved that it has it) gets a certificate for another key. Asked again for the same
 * one, because an answer was lost, it is given again.
 */
export function judgeRenewal(row: IdentityRow | null, key: Digest, nowMs: number): RenewalDecision {
  const admission = judgeHost(row, key);
  if (row === null || !admission.admitted) return { renew: false, because: (admission as Refused).because };
  if (nowMs > row.expiresAtMs + renewableAfterEndMs) return { renew: false, because: 'away-too-long' };
  return { renew: true, promote: admission.promote };
}

type Refused = Extract<ReturnType<typeof judgeHost>, { readonly admitted: false }>;
