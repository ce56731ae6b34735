import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { sql } from 'kysely';
import type { KnownHost } from '../../../api/gateway/host-identity.ts';
import type { HostId } from '../../../domain/names.ts';
import type { Database } from '../connect.ts';

/** What is stored of a token. Tokens are 256 random bits, so a fast hash is enough. */
export const hashToken = (token: string): string => createHash('sha256').update(token, 'utf8').digest('hex');

/** A new token: shown once, to whoever enrols the host. */
export const createHostToken = (): string => `slh_${randomBytes(32).toString('base64url')}`;

/** Null for a token that no host of this region has. Also notes that the host was seen, at most every few seconds. */
export async function findHostByToken(database: Database, token: string): Promise<KnownHost | null> {
  const hash = hashToken(token);
  const { rows } = await sql<KnownHost & { tokenHash: string; stale: boolean }>`
    select id, labels, maintenance, token_hash as "tokenHash",
      array(select service from host_service where host_service.host = host.id) as reports,
      coalesce(last_seen_at < now() - interval '5 s', true) as stale
    from host where token_hash = ${hash}`.execute(database.em.fork().getKysely());
  const found = rows[0];
  // The index finds by a hash, whose bytes nobody can choose; the comparison itself tells nothing by its time either.
  if (found === undefined || !timingSafeEqual(Buffer.from(found.tokenHash), Buffer.from(hash))) return null;
  if (found.stale) await noteSeen(database, found.id);
  const { id, labels, maintenance, reports } = found;
  return { id, labels, maintenance, reports };
}

const noteSeen = (database: Database, host: HostId) =>
  sql`update host set last_seen_at = now() where id = ${host}`.execute(database.em.fork().getKysely());
