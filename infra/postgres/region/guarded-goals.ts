import type { BoardGoals } from '../../../api/gateway/goals/goal-board.ts';
import type { Digest, Generation } from '../../../domain/names.ts';
import type { Database } from '../connect.ts';
import type { RestoreGuard } from './restore-guard.ts';
import { readServedGoals } from './served-goals.ts';

/** Goals as a gateway serves them: none while the database may be an older one, and none that the file doesn't know of. */
export async function readGuardedGoals(
  database: Database,
  guard: RestoreGuard,
  known: ReadonlySet<Digest>,
): Promise<BoardGoals> {
  const read = await readServedGoals(database, known);
  if (!(await guard.isOpen(database.em.fork()))) return { isClosed: true, index: null, goals: [] };
  const highest = Math.max(0, ...read.goals.map(({ generation }) => generation));
  if (highest > 0) await guard.note(highest as Generation);
  return read;
}
