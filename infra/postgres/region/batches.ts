import { sql } from 'kysely';
import type { Batch, StartedBatch } from '../../../activities/goals/goal-store.ts';
import type { Attempt } from '../../../domain/goal/attempt.ts';
import type { DeploymentNumber, ServiceName } from '../../../domain/names.ts';
import type { EntityManager } from '../connect.ts';

type BatchRow = Omit<StartedBatch, 'attempt'> & { readonly deployment: number; readonly local: number };

/** All batches of a deployment here, oldest first. */
export async function readBatches(
  em: EntityManager,
  service: ServiceName,
  deployment: DeploymentNumber,
): Promise<readonly StartedBatch[]> {
  const { rows } = await sql<BatchRow>`
    select deployment, local, number, cut, members,
      (extract(epoch from clock_timestamp() - started_at) * 1000)::float8 as "startedAgoMs"
    from batch where service = ${service} and deployment = ${deployment} order by local, number
  `.execute(em.getKysely());
  return rows.map(({ deployment: number, local, ...batch }) => ({
    ...batch,
    attempt: { deployment: number, local } as Attempt,
  }));
}

export async function storeBatch(em: EntityManager, service: ServiceName, batch: Batch): Promise<void> {
  const { attempt, number, cut, members } = batch;
  await sql`
    insert into batch (service, deployment, local, number, cut, members, started_at)
    values (${service}, ${attempt.deployment}, ${attempt.local}, ${number}, ${cut}, ${JSON.stringify(members)}::jsonb,
      clock_timestamp())
    on conflict (service, deployment, local, number) do update
      set started_at = excluded.started_at, cut = excluded.cut, members = excluded.members`.execute(em.getKysely());
}
