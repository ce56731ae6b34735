import type { Deployment, DeploymentPlan, Release, Service } from '../client/api.ts';

/** What may be deployed; a hotfix may be of a merge that is built still. */
export const releasesToBring = (
  releases: readonly Release[],
  { isHotfix }: { readonly isHotfix: boolean },
): readonly Release[] =>
  releases.filter(({ state }) => state === 'ready' || state === 'admitted' || (isHotfix && state === 'building'));

/** What ran before may be gone back to: whether it did, the api says. */
export const releasesBack = (releases: readonly Release[], current: number | null): readonly Release[] =>
  releases.filter(({ state, number }) => state === 'admitted' && number !== current);

/** What a rollback of a deployment goes back from: past its point of no return it is gone back from, and not aborted. */
export const ranLast = ({
  release,
  from,
  outcome,
  pointOfNoReturn,
}: Pick<Deployment, 'release' | 'from' | 'outcome' | 'pointOfNoReturn'>): number | null =>
  outcome === null && !pointOfNoReturn ? from : release;

/** The same of a service, whatever its lane is at. */
export const runsLast = ({ active, currentRelease }: Pick<Service, 'active' | 'currentRelease'>): number | null =>
  active?.pointOfNoReturn === true ? active.release : currentRelease;

/** In the order of its stages. */
export const plannedRegions = ({ stages }: Pick<DeploymentPlan, 'stages'>): readonly string[] =>
  stages.flatMap(({ regions }) => regions.map(({ region }) => region));

/** Who deploys it again should know. */
export const endedBadly = (outcome: Release['lastOutcome']): boolean => outcome === 'undone' || outcome === 'failed';

/** Of the box that has it wait instead of being refused; `null` when there is nothing to wait for. */
export function queueLabel(mayWaitFor: readonly ('lock' | 'freeze')[] = [], isChosen = false): string | null {
  const ends = mayWaitFor.map((held) => (held === 'lock' ? 'the lane is unlocked' : 'the freeze is over'));
  // What was chosen can be taken back, also when what it waited for has gone.
  if (ends.length === 0) return isChosen ? 'Let it wait until it may begin' : null;
  return `Let it wait until ${ends.join(' and ')}`;
}

/**
 * Boxes: all that it may go to, and those that were chosen before and it does not go to, which would have it refused.
 * @param all empty while it is not known
 */
export const regionsToTick = (all: readonly string[], only: readonly string[] = []): readonly string[] =>
  all.length === 0 ? [] : [...all, ...only.filter((region) => !all.includes(region))];

/** What is asked for then; `undefined` for all. */
export const regionsAfter = (all: readonly string[], ticked: readonly string[]): readonly string[] | undefined =>
  ticked.length === all.length && all.every((region) => ticked.includes(region)) ? undefined : ticked;
