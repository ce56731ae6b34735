import { sql } from 'kysely';
import { firstPresence } from '../../../domain/host-identity/presence.ts';
import type { HostId } from '../../../domain/names.ts';
import type { Database } from '../connect.ts';
import { storeHostAct, type HostAct } from './host-records.ts';
import { tellChanged } from './identity-channel.ts';

/** What an operator sees of a host's identity. */
export interface ListedIdentity {
  readonly host: HostId;
  readonly state: 'enrolled' | 'quarantined' | 'revoked';
  /** Of a quarantined host: what was seen. */
  readonly why: string | null;
  readonly enrolledAt: Date;
  readonly renewedAt: Date | null;
  /** End of its certificate. */
  readonly expiresAt: Date;
}

/** Which host, who decides it, and why. */
export type IdentityDecision = Pick<HostAct, 'host' | 'by' | 'reason'>;

/**
 * Keeps the host out for good, whatever certificate it has: gateways end its connections within seconds. Open tokens with its
 * name end too. It is done and recorded, or neither. False when there is no such host, or it was revoked already.
 */
export const revokeHost = (database: Database, decision: IdentityDecision): Promise<boolean> =>
  database.em.fork().transactional(async (em) => {
    const { host, by } = decision;
    const kysely = em.getKysely();
    const { rows } = await sql`
      with changed as (
        update host_identity set revoked_at = now(), revoked_by = ${by}
        where host = ${host} and revoked_at is null returning host) ${tellChanged}`.execute(kysely);
    await sql`
      update enrolment_token set expires_at = now()
      where host = ${host} and expires_at > now()`.execute(kysely);
    if (rows.length > 0) await storeHostAct(em, { ...decision, verb: 'revoke', change: null });
    return rows.length > 0;
  });

/**
 * Lets a quarantined host in again: whichever machine speaks first is it. When both still run, it is quarantined again.
 * It is done and recorded, or neither. False when it wasn't quarantined.
 */
export const releaseHost = (database: Database, decision: IdentityDecision): Promise<boolean> =>
  database.em.fork().transactional(async (em) => {
    const { host, by } = decision;
    const { rows } = await sql`
      with changed as (
        update host_identity set quarantined_at = null, quarantine = null, released_at = now(), released_by = ${by},
          presence = ${JSON.stringify(firstPresence(null))}::jsonb
        where host = ${host} and quarantine is not null returning host) ${tellChanged}`.execute(em.getKysely());
    if (rows.length > 0) await storeHostAct(em, { ...decision, verb: 'release', change: null });
    return rows.length > 0;
  });

/** Of all hosts, by name. */
export async function listIdentities(database: Database): Promise<readonly ListedIdentity[]> {
  const { rows } = await sql<Listed>`
    select host_identity.host, quarantine as why, ${ms('enrolled_at')} as "enrolledAtMs",
      ${ms('renewed_at')} as "renewedAtMs", ${ms('expires_at')} as "expiresAtMs",
      case when revoked_at is not null then 'revoked' when quarantine is not null then 'quarantined' else 'enrolled' end
        as state
    from host_identity join host on host.id = host_identity.host order by host_identity.host`.execute(
    database.em.fork().getKysely(),
  );
  return rows.map(({ enrolledAtMs, renewedAtMs, expiresAtMs, ...rest }) => ({
    ...rest,
    enrolledAt: new Date(enrolledAtMs),
    renewedAt: renewedAtMs === null ? null : new Date(renewedAtMs),
    expiresAt: new Date(expiresAtMs),
  }));
}

/** Times as numbers: what is read by SQL comes as the database wrote it. */
type Listed = Pick<ListedIdentity, 'host' | 'state' | 'why'> & {
  readonly enrolledAtMs: number;
  readonly renewedAtMs: number | null;
  readonly expiresAtMs: number;
};

const ms = (column: string) => sql`(extract(epoch from ${sql.ref(`host_identity.${column}`)}) * 1000)::float8`;
