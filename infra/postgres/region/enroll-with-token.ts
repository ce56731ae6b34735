import { sql } from 'kysely';
import type { AskedEnrolment } from '../../../api/gateway/identity/identity-store.ts';
import type { Selector } from '../../../domain/goal/goal.ts';
import {
  judgeEnrolment,
  type EnrolmentDecision,
  type EnrolmentToken,
} from '../../../domain/host-identity/enrolment.ts';
import type { Digest, HostId } from '../../../domain/names.ts';
import type { Database, EntityManager } from '../connect.ts';
import { tokenHash } from './enrolment-tokens.ts';
import { putHost, putIdentity } from './enroll-host.ts';

/** Lets the host in and uses the token, or neither; what is refused is counted on the token. */
export const enrollWithToken = (database: Database, asked: AskedEnrolment): Promise<EnrolmentDecision> =>
  database.em.fork().transactional(async (em) => {
    const found = await findToken(em, asked.token);
    const { rows } = await sql<{ hostExists: boolean; keyHolder: HostId | null; nowMs: number }>`
      select exists(
          select from host_identity join host on host.id = host_identity.host where host.id = ${asked.host}
        ) as "hostExists",
        (select host from host_identity where ${asked.key} in (key, next_key, former_key) limit 1) as "keyHolder",
        (extract(epoch from clock_timestamp()) * 1000)::float8 as "nowMs"`.execute(em.getKysely());
    const decision = judgeEnrolment(asked, { ...rows[0]!, token: found });
    if (found === null) return decision;
    if (!decision.enroll) await countRefusal(em, asked, decision.because);
    else if (found.used === null) await letIn(em, asked, found.labels);
    return decision;
  });

/** Holds its row, so that two hosts with one token ask one after the other. */
async function findToken(em: EntityManager, token: string): Promise<(EnrolmentToken & { labels: Selector }) | null> {
  const { rows } = await sql<{
    host: HostId | null;
    labels: Selector;
    expiresAtMs: number;
    usedBy: HostId | null;
    usedKey: Digest | null;
  }>`
    select host, labels, (extract(epoch from expires_at) * 1000)::float8 as "expiresAtMs", used_by as "usedBy",
      used_key as "usedKey"
    from enrolment_token where hash = ${tokenHash(token)} for update`.execute(em.getKysely());
  const [row] = rows;
  if (row === undefined) return null;
  const { usedBy, usedKey, ...rest } = row;
  return { ...rest, used: usedBy === null || usedKey === null ? null : { host: usedBy, key: usedKey } };
}

async function letIn(em: EntityManager, asked: AskedEnrolment, labels: Selector): Promise<void> {
  await putHost(em, asked.host, labels);
  await putIdentity(em, asked.host, asked);
  await sql`
    update enrolment_token set used_at = now(), used_by = ${asked.host}, used_key = ${asked.key}
    where hash = ${tokenHash(asked.token)}`.execute(em.getKysely());
}

const countRefusal = (em: EntityManager, { token, host }: AskedEnrolment, because: string) =>
  sql`
    update enrolment_token set refusals = refusals + 1, refused_at = now(), refused = ${`${because}, by ${host}`}
    where hash = ${tokenHash(token)}`.execute(em.getKysely());
