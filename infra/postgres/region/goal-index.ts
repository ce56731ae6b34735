import { sql } from 'kysely';
import type { IndexableGoals, IndexSigner } from '../../../activities/goals/sign-index.ts';
import type { EntityManager } from '../connect.ts';

/** Notified when the index was signed: with each goal, and when none changes for a minute. */
export const indexChannel = 'slipway_index';

/**
 * Signs the index over all goals as this transaction sees and leaves them. Whoever writes a goal comes here last: goals of
 * two services, written at once, are in one another's index in the order of their commits.
 */
export async function writeIndex(em: EntityManager, signer: IndexSigner): Promise<void> {
  await lockIndex(em, signer);
  await storeIndex(em, signer);
}

/** The same, unless another has signed it with this key within `ageMs`. */
export async function renewIndex(
  em: EntityManager,
  ageMs: number,
  keyId: string,
  signer: IndexSigner,
): Promise<boolean> {
  const last = await lockIndex(em, signer);
  if (last.ageMs < ageMs && last.keyId === keyId) return false;
  await storeIndex(em, signer);
  return true;
}

interface LastIndex {
  readonly ageMs: number;
  /** Null before the first. */
  readonly keyId: string | null;
}

async function lockIndex(em: EntityManager, { region }: IndexSigner): Promise<LastIndex> {
  await sql`
    insert into goal_index (region, version, envelope, signed_at) values (${region}, 0, null, 'epoch')
    on conflict (region) do nothing`.execute(em.getKysely());
  const { rows } = await sql<LastIndex>`
    select (extract(epoch from clock_timestamp() - signed_at) * 1000)::float8 as "ageMs",
      envelope->'signatures'->0->>'keyid' as "keyId"
    from goal_index for update`.execute(em.getKysely());
  return rows[0]!;
}

/** A statement of its own after the lock: it sees what was committed while that was waited for. */
async function storeIndex(em: EntityManager, signer: IndexSigner): Promise<void> {
  const { rows } = await sql<IndexableGoals>`
    select
      coalesce((
        select jsonb_agg(jsonb_build_object('service', service, 'generation', generation, 'etag', etag)) from goal
      ), '[]') as goals,
      jsonb_build_object(
        'own', (select version from goal_index),
        'hosts', (select coalesce(max(index_version), 0) from host)
      ) as versions,
      (extract(epoch from clock_timestamp()) * 1000)::float8 as "nowMs"`.execute(em.getKysely());
  const { version, envelope } = signer.sign(rows[0]!);
  await sql`
    update goal_index set version = ${version}, envelope = ${JSON.stringify(envelope)}::jsonb,
      signed_at = clock_timestamp()`.execute(em.getKysely());
  await sql`select pg_notify(${indexChannel}, '')`.execute(em.getKysely());
}
