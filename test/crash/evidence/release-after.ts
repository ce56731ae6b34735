import type { EndedDeployment, KnownRelease } from './evidence.ts';

/** What the outcomes say that every host runs now: of deployments that succeeded the last one's release. */
export function releaseAfter<Before extends KnownRelease | null>(
  before: Before,
  deployments: readonly EndedDeployment[],
  releases: readonly KnownRelease[],
): KnownRelease | Before {
  const last = deployments.findLast(({ outcome }) => outcome === 'succeeded');
  return releases.find(({ number }) => number === last?.release) ?? before;
}
