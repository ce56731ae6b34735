import type { Digest } from '../../../domain/names.ts';
import type { EndedDeployment, RegionEvidence, RunEvidence } from '../evidence/evidence.ts';
import { healthyFrom, staysOn } from './healthy-from.ts';

type Seen = Pick<RunEvidence, 'service' | 'before' | 'deployments' | 'releases' | 'regions' | 'hosts' | 'centre'>;

/**
 * Promise 13: "succeeded" means that every host of the snapshot had the release running and healthy by then, but for
 * those that are named as absent, pinned or in maintenance.
 */
export function successIsEverywhere(seen: Seen): string[] {
  return seen.deployments
    .filter(({ outcome }) => outcome === 'succeeded')
    .flatMap((deployment) => {
      const digest = seen.releases.find(({ number }) => number === deployment.release)?.digest;
      const decidedAtMs = pointOfNoReturn(seen, deployment);
      if (digest === undefined || decidedAtMs === null)
        return [`deployment ${deployment.number} succeeded with nothing`];
      return seen.regions.flatMap((region) => missedHosts(region, seen, { deployment, digest, decidedAtMs }));
    });
}

interface Success {
  readonly deployment: EndedDeployment;
  readonly digest: Digest;
  readonly decidedAtMs: number;
}

function pointOfNoReturn({ service, centre }: Seen, { number }: EndedDeployment): number | null {
  const record = centre.audit.find(({ key }) => key === `no-return:${service}/${number}`);
  return record === undefined ? null : Date.parse(record.at);
}

function missedHosts(
  { region, snapshots, batches }: RegionEvidence,
  { hosts, before }: Pick<Seen, 'hosts' | 'before'>,
  success: Success,
): string[] {
  const { number } = success.deployment;
  const leftOut = batches
    .filter(({ deployment }) => deployment === number)
    .flatMap(({ members: { absent, pinned, maintenance } }) => [...absent, ...pinned, ...maintenance]);
  return snapshots
    .filter(({ deployment, host }) => deployment === number && !leftOut.includes(host))
    .flatMap(({ host }) => {
      const journal = hosts.find((each) => each.host === host)?.journal ?? [];
      if (staysOn(journal, success.digest, before)) return [];
      const from = healthyFrom(journal, success.digest);
      return from !== null && from <= success.decidedAtMs
        ? []
        : [`deployment ${number} succeeded in ${region} before ${host} was healthy`];
    });
}
