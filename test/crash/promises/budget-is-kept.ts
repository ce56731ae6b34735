import type { Digest } from '../../../domain/names.ts';
import type { EndedDeployment, HostEvidence, RegionEvidence, RunEvidence } from '../evidence/evidence.ts';
import { healthyFrom, staysOn } from './healthy-from.ts';

type Seen = Pick<RunEvidence, 'before' | 'deployments' | 'releases' | 'regions' | 'hosts'>;

/** The sample's own (`infra/local/demo/sample-files.ts`). */
const budget = { failedPercent: 5, cap: 50 } as const;

/**
 * Promise 8: the share of failed hosts never passes the budget by more than the batch in flight. So no batch begins while
 * more hosts of the earlier ones than that are not healthy, none after a canary that isn't, and nobody takes up the release
 * before its batch.
 */
export const budgetIsKept = (seen: Seen): string[] =>
  seen.deployments.flatMap((deployment) => {
    const digest = seen.releases.find(({ number }) => number === deployment.release)?.digest;
    if (digest === undefined) return [];
    return seen.regions.flatMap((region) => [
      ...advancedTooEarly(region, seen, { deployment, digest }),
      ...outOfTurn(region, seen, { deployment, digest }),
    ]);
  });

interface Brought {
  readonly deployment: EndedDeployment;
  readonly digest: Digest;
}

const batchesOf = ({ batches }: RegionEvidence, { deployment }: Brought): RegionEvidence['batches'] =>
  batches.filter((batch) => batch.deployment === deployment.number);

function advancedTooEarly(region: RegionEvidence, seen: Seen, brought: Brought): string[] {
  const batches = batchesOf(region, brought);
  return batches.flatMap(({ number, startedAtMs }, index) => {
    const earlier = batches.slice(0, index);
    const switched = earlier.flatMap(({ members }) => members.hosts);
    const notHealthy = switched.filter((host) => !isHealthyBy(startedAtMs, host, seen, brought.digest));
    const isAfterCanary = earlier.length === 1;
    const allowed = isAfterCanary
      ? 0
      : Math.min(budget.cap, Math.floor((switched.length * budget.failedPercent) / 100));
    return notHealthy.length <= allowed
      ? []
      : [`batch ${number} of ${nameOf(region, brought)} began when ${notHealthy.join(', ')} was not healthy`];
  });
}

function isHealthyBy(atMs: number, host: string, { hosts, before }: Seen, digest: Digest): boolean {
  const { journal = [] } = hosts.find((each) => each.host === host) ?? {};
  if (staysOn(journal, digest, before)) return true;
  const from = healthyFrom(journal, digest);
  return from !== null && from <= atMs;
}

/** By its journal a host went to the release in this deployment, and no batch of it names the host. */
function outOfTurn(region: RegionEvidence, { hosts }: Seen, brought: Brought): string[] {
  const named = batchesOf(region, brought).flatMap(({ members }) => Object.values(members).flat());
  return hosts
    .filter((host) => host.region === region.region && !named.includes(host.host) && tookUp(host, brought))
    .map(({ host }) => `${host} took up ${brought.digest} before ${nameOf(region, brought)} had come to it`);
}

const tookUp = ({ journal }: HostEvidence, { deployment, digest }: Brought): boolean =>
  journal.some(
    (event) =>
      event.type === 'switchIntended' &&
      event.to === digest &&
      event.from !== digest &&
      event.attempt.deployment === deployment.number,
  );

const nameOf = ({ region }: RegionEvidence, { deployment }: Brought): string =>
  `deployment ${deployment.number} in ${region}`;
