import { sql } from 'kysely';
import type { IdentityRow } from '../../../domain/host-identity/identity-row.ts';
import type { Presence } from '../../../domain/host-identity/presence.ts';
import type { Digest } from '../../../domain/names.ts';

/** What `identityOf` reads. */
export interface IdentityColumns {
  readonly key: Digest;
  readonly nextKey: Digest | null;
  readonly formerKey: Digest | null;
  readonly expiresAtMs: number;
  readonly isRevoked: boolean;
  readonly quarantine: string | null;
  readonly presence: Presence;
}

export const identityColumns = sql`
  host_identity.key, host_identity.next_key as "nextKey", host_identity.former_key as "formerKey",
  (extract(epoch from host_identity.expires_at) * 1000)::float8 as "expiresAtMs",
  host_identity.revoked_at is not null as "isRevoked", host_identity.quarantine, host_identity.presence`;

export const identityOf = (row: IdentityColumns): IdentityRow => ({
  key: row.key,
  nextKey: row.nextKey,
  formerKey: row.formerKey,
  expiresAtMs: row.expiresAtMs,
  isRevoked: row.isRevoked,
  quarantine: row.quarantine,
});
