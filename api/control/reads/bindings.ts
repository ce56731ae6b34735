import type { DeploymentNumber, ServiceName } from '../../../domain/names.ts';
import type { ApprovalBinding } from '../../../domain/plan/plan.ts';

/** What approvals of an open deployment are bound to: only its workflow knows. */
export interface Bindings {
  /** For a page: `null` when there is none yet or the workflow doesn't answer. */
  shown(service: ServiceName, deployment: DeploymentNumber): Promise<ApprovalBinding | null>;
}
