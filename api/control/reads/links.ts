import { deploymentWorkflowId } from '../../../workflows/messages/deployment.ts';
import type { ApprovalBinding } from '../../../domain/plan/plan.ts';
import type { Deployment } from '../../../protocol/api/deployment.ts';
import type { StoredDeployment } from './projection.ts';

export interface LinkTargets {
  /** `null` without a Web UI. */
  readonly temporalUiUrl: string | null;
  readonly temporalNamespace: string;
}

/** A stored deployment as it is answered: with links, and with what an approval must be bound to where that was asked. */
export function withLinks(
  { temporalUiUrl, temporalNamespace }: LinkTargets,
  stored: StoredDeployment,
  binding: ApprovalBinding | null,
): Deployment {
  const id = encodeURIComponent(deploymentWorkflowId(stored.service, stored.number));
  const temporal = temporalUiUrl === null ? null : `${temporalUiUrl}/namespaces/${temporalNamespace}/workflows/${id}`;
  return {
    ...stored,
    binding: binding === null ? null : { ...binding, regions: [...binding.regions] },
    links: { temporal, commit: null },
  };
}
