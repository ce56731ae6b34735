import type { Client } from '@temporalio/client';
import { controlDeploymentName } from './worker-version.ts';

/**
 * How many workflows that are still open are pinned to this version of the control worker. From Temporal's visibility,
 * which lags behind by a second or two: zero counts when it is seen twice.
 */
export async function countOpenOn(client: Client, buildId: string): Promise<number> {
  const { count } = await client.workflow.count(
    `TemporalWorkerDeploymentVersion = '${controlDeploymentName}:${buildId}' ` +
      `AND TemporalWorkflowVersioningBehavior = 'Pinned' AND ExecutionStatus = 'Running'`,
  );
  return count;
}
