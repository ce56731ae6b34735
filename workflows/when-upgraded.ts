import { setWorkflowOptions, workflowInfo } from '@temporalio/workflow';
import type { Workflow } from '@temporalio/workflow';

/**
 * What happens to a workflow in flight when a new version of the control worker is deployed: `PINNED` ends on the version
 * it began on, `AUTO_UPGRADE` moves at its next task. Said only on a worker that has a deployment version: Temporal
 * refuses every task of any other that names a behaviour.
 */
export function whenUpgraded(versioningBehavior: 'PINNED' | 'AUTO_UPGRADE', workflow: Workflow): void {
  const isVersioned = (): boolean => (workflowInfo().currentDeploymentVersion?.deploymentName ?? '') !== '';
  setWorkflowOptions(() => (isVersioned() ? { versioningBehavior } : {}), workflow);
}
