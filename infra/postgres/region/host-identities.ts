import { sql } from 'kysely';
import type { IdentityStore, StoredHost } from '../../../api/gateway/identity/identity-store.ts';
import type { HostId } from '../../../domain/names.ts';
import type { Database, EntityManager } from '../connect.ts';
import { enrollWithToken } from './enroll-with-token.ts';
import { tellChanged } from './identity-channel.ts';
import { identityColumns, identityOf, type IdentityColumns } from './identity-columns.ts';
import { renewIdentity } from './renew-identity.ts';

export function createIdentityStore(database: Database): IdentityStore {
  const em = (): EntityManager => database.em.fork();
  return {
    findAll: (hosts) => findHosts(database, hosts),
    async promote(host, key) {
      await sql`
        with changed as (
          update host_identity set former_key = key, key = next_key, next_key = null
          where host = ${host} and next_key = ${key} returning host) ${tellChanged}`.execute(em().getKysely());
    },
    async notePresence(host, before, now) {
      await sql`
        with changed as (
          update host_identity set presence = ${JSON.stringify(now)}::jsonb
          where host = ${host} and presence = ${JSON.stringify(before)}::jsonb returning host) ${tellChanged}`.execute(
        em().getKysely(),
      );
    },
    async quarantine(host, why) {
      const { rows } = await sql`
        with changed as (
          update host_identity set quarantined_at = now(), quarantine = ${why}
          where host = ${host} and quarantine is null returning host) ${tellChanged}`.execute(em().getKysely());
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

/** Also notes that the hosts were seen, at most every few seconds; so that two gateways can't deadlock, in order. */
async function findHosts(database: Database, hosts: readonly HostId[]): Promise<ReadonlyMap<HostId, StoredHost>> {
  const { rows } = await sql<HostRow>`
    select host.id, host.labels, host.maintenance, host.report_sequence::float8 as "reportSequence", ${identityColumns},
      array(select service from host_service where host_service.host = host.id) as reports,
      coalesce(last_seen_at < now() - interval '5 s', true) as stale
    from host join host_identity on host_identity.host = host.id
    where host.id = any(${[...hosts]})`.execute(database.em.fork().getKysely());
  const unnoted = rows.filter(({ stale, isRevoked, quarantine }) => stale && !isRevoked && quarantine === null);
  const ids = unnoted.map(({ id }) => id);
  if (ids.length > 0) await noteSeen(database, ids);
  return new Map(rows.map((row) => [row.id, hostOf(row)]));
}

const hostOf = (row: HostRow): StoredHost => {
  const { id, labels, maintenance, reports, presence, reportSequence } = row;
  return { id, labels, maintenance, reports, presence, reportSequence, identity: identityOf(row) };
};

const noteSeen = (database: Database, hosts: readonly HostId[]) =>
  sql`
    with seen as (select id from host where id = any(${[...hosts]}) order by id for no key update)
    update host set last_seen_at = now() from seen where host.id = seen.id`.execute(database.em.fork().getKysely());
