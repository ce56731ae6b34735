import type { DeploymentStart } from './deployment-workflows.ts';
import type { StoredDeployment } from './lane-records.ts';

/** A merge is built from its commit; a release that a person asks for exists. */
export function startOf(deployment: StoredDeployment): DeploymentStart {
  const { service, deployment: number, kind, release, source, traceparent, cloneUrl, folder, commit } = deployment;
  const checkout = { cloneUrl, folder, commit };
  const build = source.from === 'merge' ? checkout : null;
  return { service, deployment: number, kind, release, source, traceparent, build, checkout };
}
