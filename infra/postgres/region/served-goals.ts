import { sql } from 'kysely';
import type { BoardGoals, ServedGoal } from '../../../api/gateway/goals/goal-board.ts';
import type { StoredAdmission } from '../../../activities/goals/goal-store.ts';
import type { GoalRow } from '../../../domain/goal/goal.ts';
import type { Digest } from '../../../domain/names.ts';
import type { Envelope } from '../../../protocol/dsse.ts';
import type { IndexedGoal } from '../../../protocol/goal-index.ts';
import type { Database } from '../connect.ts';

interface Read {
  readonly index: Envelope | null;
  readonly goals: readonly (IndexedGoal & { readonly whole: GoalColumns | null })[];
}

interface GoalColumns {
  readonly row: GoalRow;
  readonly envelope: Envelope;
  readonly admissions: readonly StoredAdmission[];
  readonly traceparent: string | null;
  readonly absentAfterMs: number;
}

/**
 * All goals of the region as hosts are given them, with the index over them: in one statement, so that they agree. Of those
 * that the reader has, by their etags, only what the index says of them.
 */
export async function readServedGoals(database: Database, known: ReadonlySet<Digest>): Promise<BoardGoals> {
  const { rows } = await sql<Read>`
    select (select envelope from goal_index) as index, coalesce(jsonb_agg(jsonb_build_object(
      'service', service, 'generation', generation, 'etag', etag,
      'whole', case when etag = any(${[...known]}) then null else jsonb_build_object('row', row, 'envelope', envelope,
        'admissions', admissions, 'traceparent', traceparent, 'absentAfterMs', absent_after_ms) end
    )), '[]') as goals
    from goal`.execute(database.em.fork().getKysely());
  const { index, goals } = rows[0]!;
  return {
    index,
    goals: goals.map(({ whole, ...indexed }) => ({ ...indexed, served: whole && served(indexed, whole) })),
  };
}

function served(
  { service, etag }: IndexedGoal,
  { row, envelope: goal, admissions, traceparent, absentAfterMs }: GoalColumns,
): ServedGoal {
  const offer = { service, etag, goal, admissions: admissions.map(({ envelope }) => envelope), traceparent };
  return { offer, content: row, absentAfterMs };
}
