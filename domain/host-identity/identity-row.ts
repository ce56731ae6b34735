import type { Digest } from '../names.ts';

/** What a region remembers of a host's identity. */
export interface IdentityRow {
  /** Of the certificate in use. */
  readonly key: Digest;
  /** Certified by a renewal, and not heard of since. */
  readonly nextKey: Digest | null;
  /** The one before `key`; who still uses it has an old copy of the host's disk. */
  readonly formerKey: Digest | null;
  /** End of the newest certificate. */
  readonly expiresAtMs: number;
  readonly isRevoked: boolean;
  /** Why it is quarantined, for people. */
  readonly quarantine: string | null;
}
