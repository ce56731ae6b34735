import { sql } from 'kysely';
import type { ServedGoal } from '../../../api/gateway/goals/goal-board.ts';
import type { StoredAdmission } from '../../../activities/goals/goal-store.ts';
import type { GoalRow } from '../../../domain/goal/goal.ts';
import type { Digest, ServiceName } from '../../../domain/names.ts';
import type { Envelope } from '../../../protocol/dsse.ts';
import type { Database } from '../connect.ts';

interface GoalColumns {
  readonly service: ServiceName;
  readonly row: GoalRow;
  readonly envelope: Envelope;
  readonly etag: Digest;
  readonly admissions: readonly StoredAdmission[];
  readonly traceparent: string | null;
  readonly absentAfterMs: number;
}

/** Goals as hosts are given them: all of the region, or that of one service. */
export async function readServedGoals(database: Database, service: ServiceName | null): Promise<readonly ServedGoal[]> {
  const { rows } = await sql<GoalColumns>`
    select service, row, envelope, etag, admissions, traceparent, absent_after_ms as "absentAfterMs"
    from goal where ${service === null ? sql`true` : sql`service = ${service}`}`.execute(
    database.em.fork().getKysely(),
  );
  return rows.map(({ row: { mode, base, next }, absentAfterMs, envelope: goal, admissions, ...offered }) => ({
    offer: { ...offered, goal, admissions: admissions.map(({ envelope }) => envelope) },
    mode,
    base,
    next,
    absentAfterMs,
  }));
}
