import type { DeploymentNumber, ServiceName } from '../../../domain/names.ts';
import type { DeployAnswer } from '../../../protocol/api/deployment.ts';
import { deploymentReference } from '../../../protocol/api/object-reference.ts';
import type { Accepted } from '../../../workflows/messages/lane.ts';

/** What a lane has taken, as people are answered. */
export function deployAnswer(
  service: ServiceName,
  { deployment, ahead, lock, outcome, superseded }: Accepted,
): DeployAnswer {
  return {
    deployment: deploymentReference(service, deployment),
    number: deployment,
    repeated: outcome === 'repeated',
    ahead,
    lock,
    ...supersededNames(service, superseded),
  };
}

/** Absent when nothing has ended because of it. */
export const supersededNames = (service: ServiceName, superseded: readonly DeploymentNumber[] = []) =>
  superseded.length === 0 ? {} : { superseded: superseded.map((number) => deploymentReference(service, number)) };
