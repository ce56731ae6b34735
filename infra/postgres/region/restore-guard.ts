import { sql } from 'kysely';
import { mayServe } from '../../../domain/goal/restore.ts';
import type { Generation } from '../../../domain/names.ts';
import type { GenerationFile } from '../../stores/generation-file.ts';
import type { EntityManager } from '../connect.ts';

/** The database may be an older one: nothing is written, signed or served from it until it was compared with the centre. */
export class RestoredDatabaseError extends Error {
  override readonly name = 'RestoredDatabaseError';
  readonly code = 'restored-database';

  constructor() {
    super("the region's database may be an older one: it is compared with the centre first");
  }
}

export interface RestoreGuard {
  /** Whether goals may be served, written and signed with the database as this unit of work sees it. */
  isOpen(em: EntityManager): Promise<boolean>;
  /** @throws RestoredDatabaseError */
  require(em: EntityManager): Promise<void>;
  /** After a goal was committed, and before one is served: a database that comes back without it is an older one. */
  note(generation: Generation): Promise<void>;
}

/** For who has no file: tests of single parts. */
export const unguarded: RestoreGuard = {
  isOpen: () => Promise.resolve(true),
  require: () => Promise.resolve(),
  note: () => Promise.resolve(),
};

export function createRestoreGuard(file: GenerationFile): RestoreGuard {
  const isOpen = async (em: EntityManager): Promise<boolean> => {
    const last = await file.read();
    const inDatabase = await highestGeneration(em);
    // A region that never had a goal has none that could be an older one.
    return last === null && inDatabase === 0 ? true : mayServe(last, inDatabase);
  };
  return {
    isOpen,
    async require(em) {
      if (!(await isOpen(em))) throw new RestoredDatabaseError();
    },
    note: (generation) => file.raise(generation),
  };
}

/** Of all goals here; of a database that was compared and has none, what was known then. */
async function highestGeneration(em: EntityManager): Promise<Generation | 0> {
  const { rows } = await sql<{ generation: Generation | 0 }>`
    select greatest(
      coalesce((select max(generation) from goal), 0),
      coalesce((select (value #>> '{}')::bigint from region_setting where name = ${comparedSetting}), 0)
    )::float8 as generation`.execute(em.getKysely());
  return rows[0]!.generation;
}

/** The number that the file had when the database was compared last. */
export const comparedSetting = 'compared-at-generation';
