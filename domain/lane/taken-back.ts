/** Whether what a release brings was taken back by a merge that came later. A commit never ships without its revert. */
import { takesBack, type BroughtCommit, type Revert } from '../intake/reverts.ts';
import type { ReleaseNumber, ServiceName } from '../names.ts';

/** A merge of a service, as far as its commits are known. */
export interface Merged {
  readonly release: ReleaseNumber;
  readonly branch: string;
  /** Oldest first. */
  readonly commits: readonly BroughtCommit[];
  readonly reverts: readonly Revert[];
}

/** `commit` is in the release; the merge that became `by` takes it back. */
export interface TakenBack {
  readonly commit: string;
  readonly by: ReleaseNumber;
}

/**
 * What is in `release` and no longer in `until`, which came later: the first of it; `null` when nothing is. Whoever
 * reverts a revert brings back what that took. Releases of one branch hold what those with lower numbers brought.
 */
export function takenBack(release: ReleaseNumber, until: ReleaseNumber, merges: readonly Merged[]): TakenBack | null {
  const own = merges.find((merge) => merge.release === release);
  const line = merges
    .filter((merge) => merge.branch === own?.branch && merge.release <= until)
    .toSorted((a, b) => a.release - b.release);
  const known: KnownCommit[] = [];
  add(
    known,
    line.filter((merge) => merge.release <= release),
  );
  const inRelease = known.filter(({ goneBy }) => goneBy === null);
  add(
    known,
    line.filter((merge) => merge.release > release),
  );
  const gone = inRelease.find(({ goneBy }) => goneBy !== null);
  return gone === undefined ? null : { commit: gone.commit, by: gone.goneBy! };
}

interface KnownCommit extends BroughtCommit {
  /** The merge that took it back; `null` while it is in. */
  goneBy: ReleaseNumber | null;
  readonly takes: readonly KnownCommit[];
}

function add(known: KnownCommit[], merges: readonly Merged[]): void {
  for (const merge of merges) for (const commit of merge.commits) known.push(arrive(commit, merge, known));
}

function arrive(commit: BroughtCommit, { release, reverts }: Merged, known: readonly KnownCommit[]): KnownCommit {
  const takes = reverts
    .filter(({ by }) => by === commit.commit)
    .flatMap((revert) => known.findLast((each) => takesBack(revert, each)) ?? []);
  for (const each of takes) turn(each, 'out', release);
  return { ...commit, goneBy: null, takes };
}

/** And the other way what it took back itself. The last word counts: two commits may say that they revert the same. */
function turn(commit: KnownCommit, way: 'in' | 'out', by: ReleaseNumber): void {
  commit.goneBy = way === 'out' ? by : null;
  for (const each of commit.takes) turn(each, way === 'out' ? 'in' : 'out', by);
}

/**
 * What a later release takes back, of those that are queued, under way, or have run: then `release` would bring it without
 * its revert.
 * @param standing their releases
 */
export const takenBackSince = (
  release: ReleaseNumber,
  standing: readonly ReleaseNumber[],
  merges: readonly Merged[],
): TakenBack | null =>
  takenBack(
    release,
    standing.reduce<ReleaseNumber>((a, b) => (a > b ? a : b), release),
    merges,
  );

/** `commit a1b2c3d, which is in checkout@411, was taken back by checkout@413` */
export const takenBackText = (service: ServiceName, release: ReleaseNumber, { commit, by }: TakenBack): string =>
  `commit ${commit.slice(0, 7)}, which is in ${service}@${release}, was taken back by ${service}@${by}`;
