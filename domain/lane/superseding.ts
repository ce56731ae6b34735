/** What enters a lane makes some of what waits there needless: a newer commit brings it along, or takes it back. */
import type { Makers } from '../approval/excluded.ts';
import { samePerson } from '../approval/same-person.ts';
import type { RegionName, ReleaseNumber } from '../names.ts';
import type { DeploymentKind } from '../states.ts';
import { takenBack, type Merged, type TakenBack } from './taken-back.ts';

/** A commit of a branch, as a merge brought it. */
export interface BranchCommit {
  readonly branch: string;
  readonly commit: string;
}

/** What enters, or waits and has not begun, as far as one can take the other's place. */
export interface Queued {
  readonly kind: DeploymentKind;
  readonly release: ReleaseNumber;
  /** `null` when a person asked for it. */
  readonly merge: BranchCommit | null;
  /** A release-owner has it go first. */
  readonly hotfix: boolean;
  /** Who asked for it knew that it brings something that was taken back since. */
  readonly althoughReverted: boolean;
  /** It goes to these regions only; absent: to all. */
  readonly regions?: readonly RegionName[] | undefined;
}

export interface Needless<One> {
  readonly one: One;
  /** `null`: a newer commit of its branch brings it along. */
  readonly takenBack: TakenBack | null;
}

/**
 * - Merges of the branch of a newer merge. What a person asked for, or has go first, stays: they named it, and nobody else
 *   knows why. The same commit again is no newer one.
 * - What brings a commit that the newer release takes back, whoever asked for it: a commit never ships without its revert.
 *   A rollback stays, as the fire exit doesn't jam. So does what goes to regions that the newer one doesn't go to.
 *
 * Never what has begun: the caller doesn't show it.
 */
export function madeNeedless<One extends Queued>(
  newer: Queued,
  waiting: readonly One[],
  merges: readonly Merged[],
): readonly Needless<One>[] {
  if (newer.kind === 'rollback') return [];
  return waiting.flatMap((one): Needless<One>[] => {
    if (isOlder(one, newer)) return [{ one, takenBack: null }];
    const gone = mayBeTakenBack(one) && covers(newer, one) ? takenBack(one.release, newer.release, merges) : null;
    return gone === null ? [] : [{ one, takenBack: gone }];
  });
}

const isOlder = ({ merge, hotfix }: Queued, newer: Queued): boolean =>
  !hotfix && merge !== null && merge.branch === newer.merge?.branch && merge.commit !== newer.merge.commit;

const covers = ({ regions }: Queued, { regions: older }: Queued): boolean =>
  regions === undefined || (older?.every((region) => regions.includes(region)) ?? false);

const mayBeTakenBack = ({ kind, althoughReverted }: Queued): boolean => kind !== 'rollback' && !althoughReverted;

/** Who made what a release carries once another goes along with it, each person once. */
export function carriedAlong(carries: readonly string[], along: Makers): readonly string[] {
  const all = [...carries, ...along.authors, along.pusher, ...(along.carries ?? [])];
  const persons = all.map(samePerson);
  return all.filter((person, at) => persons.indexOf(samePerson(person)) === at);
}
