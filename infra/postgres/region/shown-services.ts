import { sql } from 'kysely';
import type { Attempt } from '../../../domain/goal/attempt.ts';
import type { GoalMode, Placement } from '../../../domain/goal/goal.ts';
import type { ServiceName } from '../../../domain/names.ts';
import type { Database } from '../connect.ts';

export interface ShownService {
  readonly service: ServiceName;
  readonly attempt: Attempt;
  readonly mode: GoalMode;
  readonly base: Placement | null;
  readonly next: Placement | null;
  readonly previous: Placement | null;
  /** That a placement selects now. */
  readonly hosts: number;
}

/** All services that have a goal in the region, by name. */
export async function readShownServices(database: Database): Promise<readonly ShownService[]> {
  const { rows } = await sql<ShownService>`
    select service, row->'attempt' as attempt, row->>'mode' as mode, nullif(row->'base', 'null') as base,
      nullif(row->'next', 'null') as next, nullif(row->'previous', 'null') as previous,
      (select count(*)::int from host where labels @> (row->'base'->'selector') or labels @> (row->'next'->'selector'))
        as hosts
    from goal order by service`.execute(database.em.fork().getKysely());
  return rows;
}
