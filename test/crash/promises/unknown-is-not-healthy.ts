import type { Digest } from '../../../domain/names.ts';
import type { RegionProgress } from '../../../domain/progress/region-progress.ts';
import type { HostEvidence, RunEvidence } from '../evidence/evidence.ts';
import type { ProgressLook } from '../evidence/look-at-rows.ts';
import { healthyFrom } from './healthy-from.ts';

type Seen = Pick<RunEvidence, 'hosts' | 'deployments' | 'releases' | 'openLooks' | 'before'>;

/** Promise 15: unknown is never counted as healthy. No more hosts are shown as healthy than were. */
export function unknownIsNotHealthy(seen: Seen): string[] {
  const sentences = seen.openLooks.flat().flatMap((look) => {
    const release = seen.deployments.find(({ number }) => number === look.deployment)?.release;
    const digest = seen.releases.find(({ number }) => number === release)?.digest ?? null;
    return look.regions.flatMap((region) => overcounted(seen, look, region, digest));
  });
  return [...new Set(sentences)];
}

function overcounted(
  seen: Seen,
  look: ProgressLook,
  { region, hosts }: RegionProgress,
  digest: Digest | null,
): string[] {
  const { healthy, switched, total } = hosts;
  const possible = seen.hosts.filter(
    (host) => host.region === region && couldBeHealthy(host, digest, look.atMs, seen),
  ).length;
  const where = `deployment ${look.deployment} in ${region}`;
  return [
    ...(healthy <= switched && switched <= total ? [] : [`${where}: ${healthy} healthy of ${switched} of ${total}`]),
    ...(healthy <= possible ? [] : [`${where} showed ${healthy} healthy hosts when ${possible} could be`]),
  ];
}

/** It had started the release by then, and found it healthy at some time; or it ran it all along. */
function couldBeHealthy(
  { journal }: HostEvidence,
  digest: Digest | null,
  atMs: number,
  { before }: Pick<Seen, 'before'>,
): boolean {
  if (digest === before.digest) return true;
  const from = healthyFrom(journal, digest);
  return from !== null && from <= atMs;
}
