import { sql } from 'kysely';
import { GoalIndexRecord } from '../../infra/postgres/region/entities/goals.ts';
import type { Database } from '../../infra/postgres/connect.ts';
import type { BenchStack } from '../stack/bench-stack.ts';
import type { GoalWriter } from './goal-writer.ts';

export interface SigningFigures {
  /** Of the signed index, as hosts are given it. */
  readonly indexBytes: number;
  /** The index alone, as each minute. */
  readonly indexMs: number;
  /** Every goal, as each hour, or with a new key; each with the index. */
  readonly allGoalsMs: number;
  readonly goals: number;
}

/** Makes signatures old and renews them, while the region's worker, which would do it, stands still. */
export async function measureSigning(
  stack: BenchStack,
  region: string,
  database: Database,
  writer: GoalWriter,
): Promise<SigningFigures> {
  const worker = stack.process(`region-worker-${region}`).pid()!;
  process.kill(worker, 'SIGSTOP');
  try {
    const age = async (what: 'goal' | 'goal_index'): Promise<void> =>
      void (await sql`update ${sql.table(what)} set signed_at = signed_at - interval '2 hours'`.execute(
        database.em.fork().getKysely(),
      ));
    await age('goal_index');
    const [, indexMs] = await timed(writer.signAgain);
    await age('goal');
    const [goals, allGoalsMs] = await timed(writer.signAgain);
    const { envelope } = await database.em.fork().findOneOrFail(GoalIndexRecord, { region: region as never });
    return { indexBytes: JSON.stringify(envelope).length, indexMs, allGoalsMs, goals };
  } finally {
    process.kill(worker, 'SIGCONT');
  }
}

async function timed<Answer>(work: () => Promise<Answer>): Promise<[Answer, number]> {
  const startedAt = performance.now();
  const answer = await work();
  return [answer, Math.round(performance.now() - startedAt)];
}
