import { shownHosts, type ShownHosts } from '../../domain/progress/shown-hosts.ts';
import type { Deployment, DeploymentSummary } from '../client/api.ts';
import { hostsKey, type Known } from '../live/known.ts';

/**
 * Hosts on a deployment's release. While it is undone regions tell how far they are more often than there is news of the
 * deployment itself: what they said last counts.
 */
export function hostsNow(deployment: Deployment | DeploymentSummary, hosts: Known['hosts']): ShownHosts {
  if (!('regions' in deployment) || deployment.state !== 'undoing') return deployment.hosts;
  const { service, regions } = deployment;
  const reports = regions.flatMap(({ region }) => {
    const report = hosts[hostsKey(service, region)];
    return report === undefined ? [] : [[region, report] as const];
  });
  return shownHosts(deployment, new Map(reports));
}
