import { sql } from 'kysely';
import type { GoalSignatures, NamedDirector, SignableGoal } from '../../../activities/goals/sign-again.ts';
import type { ServiceName } from '../../../domain/names.ts';
import type { Database } from '../connect.ts';
import { renewIndex, writeIndex } from './goal-index.ts';
import { goalChannel } from './goal-store.ts';
import { unguarded } from './restore-guard.ts';
import type { RestoreGuard } from './restore-guard.ts';

/** With a guard nothing is signed while the database may be an older one. @throws RestoredDatabaseError */
export const createGoalSignatures = (database: Database, guard: RestoreGuard = unguarded): GoalSignatures => ({
  takeUp: (director) => takeUp(database, director),
  async listStale(ageMs, keyId) {
    const { rows } = await sql<{ service: ServiceName }>`
      select service from goal where ${isStale(ageMs, keyId)} order by signed_at`.execute(
      database.em.fork().getKysely(),
    );
    return rows.map(({ service }) => service);
  },
  replace: (service, ageMs, keyId, sign, signer) =>
    database.em.fork().transactional(async (em) => {
      await guard.require(em);
      // Asked again after the lock was waited for: by then a step or another worker may have signed.
      const { rows } = await sql<SignableGoal>`
        select row, admissions, (extract(epoch from clock_timestamp()) * 1000)::float8 as "nowMs"
        from goal where service = ${service} and ${isStale(ageMs, keyId)} for update`.execute(em.getKysely());
      const [goal] = rows;
      if (goal === undefined) return false;
      const { envelope, etag } = sign(goal);
      await sql`
        update goal set envelope = ${JSON.stringify(envelope)}::jsonb, etag = ${etag}, signed_at = clock_timestamp()
        where service = ${service}`.execute(em.getKysely());
      await sql`select pg_notify(${goalChannel}, ${service})`.execute(em.getKysely());
      await writeIndex(em, signer);
      return true;
    }),
  renewIndex: (ageMs, keyId, signer) =>
    database.em.fork().transactional(async (em) => {
      await guard.require(em);
      return renewIndex(em, ageMs, keyId, signer);
    }),
});

/** Several looks (workers/sign-again-loop.ts): a worker that is there has said so within. */
const directorSilentMs = 120_000;

const directorSetting = 'director';

/** In one statement: of two that ask at once one sees what the other has written. */
async function takeUp(database: Database, { keyId, rootVersion }: NamedDirector): Promise<boolean> {
  const { rows } = await sql`
    insert into region_setting (name, value) values (${directorSetting}, jsonb_build_object(
      'keyId', ${keyId}::text, 'rootVersion', ${rootVersion}::int, 'at', clock_timestamp()))
    on conflict (name) do update set value = case
      when region_setting.value->>'keyId' = ${keyId} and (region_setting.value->>'rootVersion')::int > ${rootVersion}
      then region_setting.value || jsonb_build_object('at', clock_timestamp())
      else excluded.value end
    where region_setting.value->>'keyId' = ${keyId}
      or (region_setting.value->>'rootVersion')::int < ${rootVersion}
      or (region_setting.value->>'at')::timestamptz < clock_timestamp() - ${directorSilentMs}::float8 * interval '1 millisecond'
    returning name`.execute(database.em.fork().getKysely());
  return rows.length > 0;
}

const isStale = (ageMs: number, keyId: string) => sql`(
  signed_at <= clock_timestamp() - ${ageMs}::float8 * interval '1 millisecond'
  or envelope->'signatures'->0->>'keyid' <> ${keyId}
)`;
