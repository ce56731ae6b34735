import { sql } from 'kysely';
import type { AskedRenewal } from '../../../api/gateway/identity/identity-store.ts';
import { judgeRenewal, type RenewalDecision } from '../../../domain/host-identity/renewal.ts';
import type { Database } from '../connect.ts';
import { tellIdentity } from './identity-channel.ts';
import { identityColumns, identityOf, type IdentityColumns } from './identity-columns.ts';

/** Notes the key that the host goes on with; both are let in until the next one has worked. */
export const renewIdentity = (
  database: Database,
  { host, key, nextKey, expiresAtMs }: AskedRenewal,
): Promise<RenewalDecision> =>
  database.em.fork().transactional(async (em) => {
    const kysely = em.getKysely();
    const { rows } = await sql<IdentityColumns & { nowMs: number }>`
      select ${identityColumns}, (extract(epoch from clock_timestamp()) * 1000)::float8 as "nowMs"
      from host_identity join host on host.id = host_identity.host
      where host_identity.host = ${host} for update of host_identity`.execute(kysely);
    const [row] = rows;
    const decision = judgeRenewal(row === undefined ? null : identityOf(row), key, row?.nowMs ?? 0);
    if (!decision.renew) return decision;
    await sql`
      update host_identity set next_key = ${nextKey}, expires_at = to_timestamp(${expiresAtMs / 1000}),
        renewed_at = now(), key = ${key}, former_key = ${decision.promote ? row!.key : row!.formerKey}
      where host = ${host}`.execute(kysely);
    await tellIdentity(em, host);
    return decision;
  });
