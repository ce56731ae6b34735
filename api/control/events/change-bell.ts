import type { RegionName } from '../../../domain/names.ts';

/**
 * Rings after commits. It may ring in vain and may miss one while the database is away, so it rings again once it is
 * back: who hears it looks at the tables.
 */
export interface ChangeBell {
  /** `region` is the one that has new counts; `null` says that the audit has grown, or that nobody knows what happened. */
  listen(ring: (region: RegionName | null) => void): ListeningBell;
}

export interface ListeningBell {
  close(): Promise<void>;
}
