import { sql } from 'kysely';
import type { GoalSignatures, SignableGoal } from '../../../activities/goals/sign-again.ts';
import type { ServiceName } from '../../../domain/names.ts';
import { directorAfter, type HeardDirector, type NamedDirector } from '../../../domain/region/directors.ts';
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

const directorSetting = 'director';

/** Of two that ask at once one waits, and sees what the other has written. */
const takeUp = (database: Database, asking: NamedDirector): Promise<boolean> =>
  database.em.fork().transactional(async (em) => {
    const kysely = em.getKysely();
    const valueOf = ({ keyId, rootVersion }: NamedDirector) =>
      sql`jsonb_build_object('keyId', ${keyId}::text, 'rootVersion', ${rootVersion}::int, 'at', clock_timestamp())`;
    await sql`
      insert into region_setting (name, value) values (${directorSetting}, ${valueOf(asking)})
      on conflict (name) do nothing`.execute(kysely);
    const { rows } = await sql<HeardDirector>`
      select value->>'keyId' as "keyId", (value->>'rootVersion')::int as "rootVersion",
        (extract(epoch from clock_timestamp() - (value->>'at')::timestamptz) * 1000)::float8 as "silentMs"
      from region_setting where name = ${directorSetting} for update`.execute(kysely);
    const next = directorAfter(rows[0]!, asking);
    if (next === null) return false;
    await sql`update region_setting set value = ${valueOf(next)} where name = ${directorSetting}`.execute(kysely);
    return true;
  });

const isStale = (ageMs: number, keyId: string) => sql`(
  signed_at <= clock_timestamp() - ${ageMs}::float8 * interval '1 millisecond'
  or envelope->'signatures'->0->>'keyid' <> ${keyId}
)`;
