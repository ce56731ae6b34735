import type { Client } from '@temporalio/client';
import { controlDeploymentName } from './worker-version.ts';

/** What Temporal knows of the versions of the control worker. None before the first worker of all has asked for work. */
export async function versionSummaries({ workflowService, options: { namespace } }: Client) {
  const described = await workflowService
    .describeWorkerDeployment({ namespace, deploymentName: controlDeploymentName })
    .catch((error: unknown) => {
      if (/not.?found/i.test(String((error as Error).message))) return null;
      throw error;
    });
  return described?.workerDeploymentInfo?.versionSummaries ?? [];
}
