import type { RegionName } from '../../domain/names.ts';
import type { Envelope } from '../../protocol/dsse.ts';
import { goalIndex, goalTree, type IndexedGoal } from '../../protocol/goal-index.ts';
import type { Director } from './sign-goal.ts';

/** What an index is made of, under a lock that lets no goal of the region be written meanwhile. */
export interface IndexableGoals {
  /** All goals of the region. */
  readonly goals: readonly IndexedGoal[];
  /** Of the last index, and the highest that a host ever reported: a restored database must not use a number again. */
  readonly versions: { readonly own: number; readonly hosts: number };
  /** By the database's clock. */
  readonly nowMs: number;
}

export interface SignedIndex {
  readonly version: number;
  readonly envelope: Envelope;
}

export interface IndexSigner {
  readonly region: RegionName;
  sign(goals: IndexableGoals): SignedIndex;
}

/** A host that lies must not use up the numbers. */
const mostAheadSeconds = 24 * 60 * 60;

/** The next index of a region. Versions follow the clock in seconds, which leaves room for one a second. */
export const indexSigner = (director: Director, region: RegionName): IndexSigner => ({
  region,
  sign({ goals, versions, nowMs }) {
    const seconds = Math.floor(nowMs / 1_000);
    const hosts = Math.min(versions.hosts, seconds + mostAheadSeconds);
    const version = Math.max(versions.own + 1, hosts + 1, seconds);
    return { version, envelope: director.signIndex(goalIndex(region, version, nowMs, goalTree(goals))) };
  },
});
