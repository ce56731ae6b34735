import { sql } from 'kysely';
import type { AskedEnrolment } from '../../../api/gateway/identity/identity-store.ts';
import type { Selector } from '../../../domain/goal/goal.ts';
import { firstPresence } from '../../../domain/host-identity/presence.ts';
import type { HostId } from '../../../domain/names.ts';
import { selectorField } from '../../../protocol/fields.ts';
import type { Database, EntityManager } from '../connect.ts';
import { tellIdentity } from './identity-channel.ts';

/** A key, proven to be the host's. */
export type NewIdentity = Omit<AskedEnrolment, 'token' | 'host'>;

/**
 * Makes a host known, or gives it other labels. With an identity its key is let in from then on, and no other: without a
 * token, for who has the region's database and many hosts. @throws ZodError for more than 16 labels, or one longer than 63
 * characters
 */
export const enrollHost = (
  database: Database,
  host: HostId,
  labels: Selector,
  identity: NewIdentity | null = null,
): Promise<void> =>
  database.em.fork().transactional(async (em) => {
    await putHost(em, host, labels);
    if (identity !== null) await putIdentity(em, host, identity);
  });

export async function putHost(em: EntityManager, host: HostId, labels: Selector): Promise<void> {
  await sql`
    insert into host (id, labels) values (${host}, ${JSON.stringify(selectorField.parse(labels))}::jsonb)
    on conflict (id) do update set labels = excluded.labels`.execute(em.getKysely());
  await tellIdentity(em, host);
}

/** A host that is enrolled anew begins anew: with its key, its reports count from the first one on. */
export async function putIdentity(
  em: EntityManager,
  host: HostId,
  { key, machine, expiresAtMs }: NewIdentity,
): Promise<void> {
  const kysely = em.getKysely();
  await sql`
    insert into host_identity (host, key, presence, expires_at)
    values (${host}, ${key}, ${JSON.stringify(firstPresence(machine))}::jsonb, to_timestamp(${expiresAtMs / 1000}))
    on conflict (host) do update set key = excluded.key, next_key = null, former_key = null,
      presence = excluded.presence, expires_at = excluded.expires_at, enrolled_at = now(), renewed_at = null,
      revoked_at = null, revoked_by = null, quarantined_at = null, quarantine = null, released_at = null,
      released_by = null`.execute(kysely);
  await sql`update host set report_sequence = 0 where id = ${host}`.execute(kysely);
}
