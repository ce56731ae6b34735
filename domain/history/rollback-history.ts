import type { RegionName, ReleaseNumber } from '../names.ts';
import { strayedRegions, type PartialSuccess, type WholeHistory } from './go-back.ts';
import { currentOf, type Success } from './rollback-target.ts';

/** What is recorded of a service. */
export interface StoredHistory {
  /** Oldest first. */
  readonly successes: readonly Success[];
  /** The releases among them that may run. */
  readonly deployable: ReadonlySet<ReleaseNumber>;
  /** A deployment after the last success stands held on some hosts. */
  readonly leftHeld: boolean;
  /** Later than the last success and in some of the regions only, oldest first. */
  readonly partials: readonly PartialSuccess[];
  /** Regions that run the release of the last success, and owe nothing for a later one. */
  readonly running: ReadonlySet<RegionName>;
}

/** A deployment past its point of no return, that may have ended since. */
export interface Finishing extends Success {
  /** Its success is recorded, and part of the history. */
  readonly isRecorded: boolean;
  /** Those that it was meant for; `undefined`: all. */
  readonly regions: readonly RegionName[] | undefined;
}

/** What a rollback goes by. What finishes counts as a success, also before that is recorded, in its own regions. */
export function rollbackHistory(stored: StoredHistory, finishing: Finishing | null): WholeHistory {
  const { successes, deployable, partials, running } = stored;
  const current = currentOf(successes);
  const known = {
    leftHeld: stored.leftHeld && finishing === null,
    deployable: (release: ReleaseNumber) => deployable.has(release),
  };
  if (finishing === null || finishing.isRecorded)
    return { ...known, successes, strayed: strayedRegions(partials, current, (region) => running.has(region)) };
  const { kind, release, regions } = finishing;
  const whole = [...successes, { kind, release }];
  if (regions === undefined) return { ...known, successes: whole, strayed: [] };
  const isPartial = current !== null && release !== current;
  const runs = (region: RegionName): boolean => running.has(region) && !regions.includes(region);
  const strayed = strayedRegions([...partials, { kind, release, regions }], current, runs);
  return { ...known, successes: isPartial ? successes : whole, strayed };
}
