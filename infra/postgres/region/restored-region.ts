import { sql } from 'kysely';
import type { RestoredRegion } from '../../../activities/goals/compare-restored.ts';
import type { Generation, ServiceName } from '../../../domain/names.ts';
import type { Envelope } from '../../../protocol/dsse.ts';
import type { GenerationFile } from '../../stores/generation-file.ts';
import type { Database } from '../connect.ts';
import { openTransaction } from './goal-store.ts';
import { comparedSetting, createRestoreGuard } from './restore-guard.ts';

/** A host that asked its gateway within this time is there: polls are held open for a minute. */
const heardLatelyMs = 60_000;

/** @see RestoredRegion */
export const createRestoredRegion = (database: Database, file: GenerationFile): RestoredRegion => ({
  isOpen: () => createRestoreGuard(file).isOpen(database.em.fork()),
  async countSilent() {
    const { rows } = await sql<{ hosts: number }>`
      select count(*)::int as hosts from host
      where last_seen_at > clock_timestamp() - ${heardLatelyMs}::float8 * interval '1 millisecond'
        and not exists (select from held_goal where held_goal.host = host.id)`.execute(database.em.fork().getKysely());
    return rows[0]!.hosts;
  },
  async readHeld() {
    const { rows } = await sql<{ goals: readonly Envelope[] }>`select goals from held_goal`.execute(
      database.em.fork().getKysely(),
    );
    return rows.flatMap(({ goals }) => goals);
  },
  async compareAll(others, compare, signer) {
    const lastWritten = (await file.read()) ?? 0;
    const highest = await database.em.fork().transactional(async (em) => {
      const { rows } = await sql<{ service: ServiceName }>`select service from goal`.execute(em.getKysely());
      const services = [...new Set([...rows.map(({ service }) => service), ...others])].toSorted();
      let newest: Generation | 0 = lastWritten;
      for (const service of services) {
        const generation = await compare(await openTransaction(em, service), lastWritten);
        if (generation !== null && generation > newest) newest = generation;
      }
      const [first] = services;
      if (first !== undefined) await (await openTransaction(em, first)).storeIndex(signer);
      await sql`
        insert into region_setting (name, value) values (${comparedSetting}, ${String(newest)}::jsonb)
        on conflict (name) do update set value = excluded.value`.execute(em.getKysely());
      await sql`delete from held_goal`.execute(em.getKysely());
      return newest;
    });
    if (highest > 0) await file.raise(highest as Generation);
  },
});
