import { sql } from 'kysely';
import type { HeldGoalStore } from '../../../api/gateway/goals/held-goals.ts';
import type { Database } from '../connect.ts';

export const createHeldGoals = (database: Database): HeldGoalStore => ({
  async store(host, goals) {
    await sql`
      insert into held_goal (host, goals) values (${host}, ${JSON.stringify(goals)}::jsonb)
      on conflict (host) do update set goals = excluded.goals, shown_at = now()`.execute(
      database.em.fork().getKysely(),
    );
  },
});
