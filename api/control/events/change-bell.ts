import type { RegionName } from '../../../domain/names.ts';

/** What has been committed: records of the audit, newer counts of a region, or nobody knows. */
export type Ring =
  | { readonly for: 'audit' }
  | { readonly for: 'region'; readonly region: RegionName }
  /** The bell was out of order for a while, or has just begun. */
  | { readonly for: 'anything' };

/** Rings after commits; also in vain. Who hears it looks at the tables. */
export interface ChangeBell {
  listen(hear: (ring: Ring) => void): ListeningBell;
}

export interface ListeningBell {
  close(): Promise<void>;
}
