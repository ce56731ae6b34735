import type { DeploymentNumber, ServiceName } from '../../domain/names.ts';
import { controlQueue } from './queues.ts';

/** `recovery:checkout:87` */
export const recoveryWorkflowId = (service: ServiceName, deployment: DeploymentNumber): string =>
  `recovery:${service}:${deployment}`;

export interface RecoveryInput {
  readonly service: ServiceName;
  readonly deployment: DeploymentNumber;
}

/** How a recovery is started. One that somebody closed is started again: it begins with what is known then. */
export const recoveryStart = ({ service, deployment }: RecoveryInput) => ({
  workflowId: recoveryWorkflowId(service, deployment),
  taskQueue: controlQueue,
  args: [{ service, deployment }] satisfies [RecoveryInput] as [RecoveryInput],
  staticSummary: `ends ${service}/${deployment}, which no workflow carries any more`,
});
