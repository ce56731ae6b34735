import type { RunEvidence } from '../evidence/evidence.ts';

type Seen = Pick<RunEvidence, 'merge' | 'deployments' | 'centre'>;

/** What became of a merge that was accepted. */
export function fateOfMerge({
  merge,
  deployments,
}: Pick<Seen, 'merge' | 'deployments'>): 'lost' | 'doubled' | 'deployed' {
  const started = deployments.filter(({ commit }) => commit === merge.commit).length;
  if (started === 0) return 'lost';
  return started > 1 ? 'doubled' : 'deployed';
}

/** Promise 7: one merge starts at most one deployment, however often it is delivered; and none is lost. */
export function oneDeploymentAMerge(seen: Seen): string[] {
  const fate = fateOfMerge(seen);
  const { unfinished } = seen.centre;
  return [
    ...(fate === 'deployed' ? [] : [`a merge that was accepted ${seen.merge.accepted} times was ${fate}`]),
    ...(unfinished === 0 ? [] : [`${unfinished} rows of the inbox were never finished`]),
  ];
}
