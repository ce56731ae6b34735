import type { DeploymentStart } from './deployment-workflows.ts';
import type { StoredDeployment } from './lane-records.ts';

/** A merge is built from its commit; a release that a person asks for exists. */
export function startOf(deployment: StoredDeployment): DeploymentStart {
  const { service, deployment: number, kind, release, source, traceparent, cloneUrl, folder, commit } = deployment;
  const checkout = { cloneUrl, folder, commit };
  const asksFleet = true;
  if (source.from === 'person')
    return { service, deployment: number, kind, release, source, traceparent, build: null, checkout, asksFleet };
  // Lanes alone need all of its commits.
  const { brings: _brings, reverts: _reverts, ...merge } = source;
  return {
    service,
    deployment: number,
    kind,
    release,
    source: merge,
    traceparent,
    build: checkout,
    checkout,
    asksFleet,
  };
}
