import { sql } from 'kysely';
import type { NewLocalAct } from '../../../activities/goals/goal-store.ts';
import type { LocalAct } from '../../../protocol/local-acts.ts';
import type { Database, EntityManager } from '../connect.ts';

/** Notified with an act's verb when it was committed: the centre is to be told. */
export const localActChannel = 'slipway_local_act';

/** Any number. Held until the act commits, so that one that is read later never has a lower number than one read before. */
const numberLock = 7_510_003;

/** In the transaction of what was done. */
export async function storeLocalAct(em: EntityManager, act: NewLocalAct): Promise<void> {
  const { id, verb, by, reason, service, host, goal, change } = act;
  const about = goal === null ? null : JSON.stringify(goal);
  await sql`select pg_advisory_xact_lock(${numberLock})`.execute(em.getKysely());
  await sql`
    insert into local_act (id, number, verb, by, reason, service, host, goal, change)
    values (${id}, (select coalesce(max(number), 0) + 1 from local_act), ${verb}, ${by}, ${reason}, ${service}, ${host}, ${about}::jsonb, ${change})`.execute(
    em.getKysely(),
  );
  await sql`select pg_notify(${localActChannel}, ${verb})`.execute(em.getKysely());
}

export interface LocalActOutbox {
  /** What the centre hasn't been told, oldest first; at most 100, as protocol/local-acts.ts takes. */
  read(): Promise<readonly LocalAct[]>;
  markTold(acts: readonly LocalAct[]): Promise<void>;
}

const most = 100;

/** Several workers of a region may tell the same act: the centre takes it once. */
export const createLocalActOutbox = (database: Database): LocalActOutbox => ({
  read: () => readLocalActs(database, { untold: true, limit: most }),
  async markTold(acts) {
    const ids = JSON.stringify(acts.map(({ id }) => id));
    await sql`
      update local_act set told_at = clock_timestamp()
      where id in (select value::uuid from jsonb_array_elements_text(${ids}::jsonb)) and told_at is null`.execute(
      database.em.fork().getKysely(),
    );
  },
});

/** Oldest first. */
export async function readLocalActs(
  database: Database,
  { untold, limit }: { readonly untold: boolean; readonly limit: number },
): Promise<readonly LocalAct[]> {
  const { rows } = await sql<Omit<LocalAct, 'at'> & { readonly atMs: number }>`
    select id, number::float8 as number, verb, by, reason, floor(extract(epoch from at) * 1000)::float8 as "atMs", service, host, goal, change
    from local_act where ${untold ? sql`told_at is null` : sql`true`} order by number limit ${limit}`.execute(
    database.em.fork().getKysely(),
  );
  return rows.map(({ atMs, ...act }) => ({ ...act, at: new Date(atMs).toISOString() }));
}
