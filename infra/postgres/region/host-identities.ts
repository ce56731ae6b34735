import { sql } from 'kysely';
import type { IdentityStore, StoredHost } from '../../../api/gateway/identity/identity-store.ts';
import type { HostId } from '../../../domain/names.ts';
import type { Database, EntityManager } from '../connect.ts';
import { enrollWithToken } from './enroll-with-token.ts';
import { identityColumns, identityOf, type IdentityColumns } from './identity-columns.ts';
import { renewIdentity } from './renew-identity.ts';

export function createIdentityStore(database: Database): IdentityStore {
  const em = (): EntityManager => database.em.fork();
  return {
    find: (host) => findHost(database, host),
    async promote(host, key) {
      await sql`
        update host_identity set former_key = key, key = next_key, next_key = null
        where host = ${host} and next_key = ${key}`.execute(em().getKysely());
    },
    async notePresence(host, before, now) {
      await sql`
        update host_identity set presence = ${JSON.stringify(now)}::jsonb
        where host = ${host} and presence = ${JSON.stringify(before)}::jsonb`.execute(em().getKysely());
    },
    async quarantine(host, why) {
      const { rows } = await sql`
        update host_identity set quarantined_at = now(), quarantine = ${why}
        where host = ${host} and quarantine is null returning host`.execute(em().getKysely());
      return rows.length > 0;
    },
    enroll: (asked) => enrollWithToken(database, asked),
    renew: (asked) => renewIdentity(database, asked),
    async shutOut() {
      const { rows } = await sql<{ host: HostId }>`
        select host from host_identity where revoked_at is not null or quarantine is not null`.execute(
        em().getKysely(),
      );
      return rows.map(({ host }) => host);
    },
  };
}

type HostRow = Omit<StoredHost, 'identity'> & IdentityColumns & { readonly stale: boolean };

/** Also notes that the host was seen, at most every few seconds. */
async function findHost(database: Database, host: HostId): Promise<StoredHost | null> {
  const { rows } = await sql<HostRow>`
    select host.id, host.labels, host.maintenance, host.report_sequence::float8 as "reportSequence", ${identityColumns},
      array(select service from host_service where host_service.host = host.id) as reports,
      coalesce(last_seen_at < now() - interval '5 s', true) as stale
    from host join host_identity on host_identity.host = host.id
    where host.id = ${host}`.execute(database.em.fork().getKysely());
  const found = rows[0];
  if (found === undefined) return null;
  if (found.stale && !found.isRevoked && found.quarantine === null) await noteSeen(database, found.id);
  const { id, labels, maintenance, reports, presence, reportSequence } = found;
  return { id, labels, maintenance, reports, presence, reportSequence, identity: identityOf(found) };
}

const noteSeen = (database: Database, host: HostId) =>
  sql`update host set last_seen_at = now() where id = ${host}`.execute(database.em.fork().getKysely());
