import { milestoneVerbs, type Milestone } from '../../../domain/progress/milestone.ts';
import type { EntityManager } from '../connect.ts';
import { placeholders } from './placeholders.ts';

interface Row extends Omit<Milestone, 'at' | 'lastAt'> {
  readonly object: string;
  readonly at: Date | string;
  readonly lastAt: Date | string;
}

/**
 * What the audit says of the steps of these deployments, by their names: a row for each kind of record, and for each stage
 * and each approver, however many records there are.
 */
export async function readMilestones(
  em: EntityManager,
  objects: readonly string[],
): Promise<ReadonlyMap<string, readonly Milestone[]>> {
  if (objects.length === 0) return new Map();
  const rows = await em.execute<Row[]>(
    `select object, verb, min(at) as at, max(at) as "lastAt", count(*)::int as count,
       case verb when 'approve' then actor end as actor,
       case when verb in ('stage-started', 'stage-approval-wanted') then detail ->> 'stage' end as stage
     from audit where object in (${placeholders(objects)}) and verb in (${placeholders(milestoneVerbs)})
     group by object, verb, 6, 7 order by min(sequence)`,
    [...objects, ...milestoneVerbs],
  );
  const byObject = Map.groupBy(rows, ({ object }) => object);
  return new Map([...byObject].map(([object, of]) => [object, of.map(milestoneOf)]));
}

const milestoneOf = ({ verb, at, lastAt, count, actor, stage }: Row): Milestone => ({
  verb,
  at: new Date(at).toISOString(),
  lastAt: new Date(lastAt).toISOString(),
  count,
  actor,
  stage,
});
