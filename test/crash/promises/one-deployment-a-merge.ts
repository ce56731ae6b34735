import type { DeliveredMerge, EndedDeployment, RunEvidence } from '../evidence/evidence.ts';

type Seen = Pick<RunEvidence, 'merges' | 'deployments' | 'centre' | 'histories'>;

/** What became of a merge that was accepted. */
export type MergeFate = 'lost' | 'doubled' | 'deployed';

export const fatesOfMerges = ({ merges, deployments }: Pick<Seen, 'merges' | 'deployments'>): readonly MergeFate[] =>
  merges.map((merge) => fateOf(merge, deployments));

/** A number under which the same commit goes on counts once; one that a newer merge has taken along is not lost. */
function fateOf({ commit }: DeliveredMerge, deployments: readonly EndedDeployment[]): MergeFate {
  const ofMerge = deployments.filter((each) => each.commit === commit);
  const goesOnHere = ({ goesOnAs }: EndedDeployment): boolean => ofMerge.some(({ number }) => number === goesOnAs);
  const started = ofMerge.filter((deployment) => !goesOnHere(deployment)).length;
  if (started === 0) return 'lost';
  return started > 1 ? 'doubled' : 'deployed';
}

/** Promise 7: one merge starts at most one deployment, however often it is delivered; and none is lost. */
export function oneDeploymentAMerge(seen: Seen): string[] {
  const { unfinished } = seen.centre;
  const fates = fatesOfMerges(seen);
  return [
    ...seen.merges.flatMap(({ accepted }, index) =>
      fates[index] === 'deployed' ? [] : [`a merge that was accepted ${accepted} times was ${fates[index]}`],
    ),
    ...seen.deployments.flatMap((deployment) => wrongEnd(deployment, seen)),
    ...(unfinished === 0 ? [] : [`${unfinished} rows of the inbox were never finished`]),
  ];
}

/** What was superseded had not begun, no workflow ever carried it, and it goes on under a number that is there. */
function wrongEnd(
  { number, outcome, started, goesOnAs }: EndedDeployment,
  { deployments, histories }: Pick<Seen, 'deployments' | 'histories'>,
): string[] {
  if (outcome !== 'superseded') return [];
  const wasCarried = histories.some(({ deployment, what }) => deployment === number && what === 'deployment');
  const goesOn = deployments.some((each) => each.number === goesOnAs && each.number > number);
  return [
    ...(started || wasCarried ? [`deployment ${number} was superseded although it had begun`] : []),
    ...(goesOn ? [] : [`deployment ${number} was superseded, and its change goes on nowhere`]),
  ];
}
