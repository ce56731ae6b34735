import type { Digest } from '../names.ts';
import type { IdentityRow } from './identity-row.ts';

export type HostRefusal = 'not-enrolled' | 'revoked' | 'quarantined' | 'former-key';

export type HostAdmission =
  /** `promote`: the renewed key has worked, and replaces the one before. */
  { readonly admitted: true; readonly promote: boolean } | { readonly admitted: false; readonly because: HostRefusal };

/** Whether the holder of a valid certificate with this key is the host that the row describes. */
export function judgeHost(row: IdentityRow | null, key: Digest): HostAdmission {
  if (row === null) return refused('not-enrolled');
  if (row.isRevoked) return refused('revoked');
  if (row.quarantine !== null) return refused('quarantined');
  if (key === row.key) return { admitted: true, promote: false };
  if (key === row.nextKey) return { admitted: true, promote: true };
  return refused(key === row.formerKey ? 'former-key' : 'not-enrolled');
}

const refused = (because: HostRefusal): HostAdmission => ({ admitted: false, because });
