import { readFile } from 'node:fs/promises';
import type { WorkerOptions } from '@temporalio/worker';

/** The control worker's place among Temporal's worker deployments: the only program that is versioned. */
export const controlDeploymentName = 'slipway-control';

/** What a bundle of workflows was made of, from the stamp in its first line: workers with the same code are one version. */
export async function bundleBuildId(bundleFile: string): Promise<string> {
  const stamp = /^\/\/ slipway-bundle ([0-9a-f]{64})\n/.exec(await readFile(bundleFile, 'utf8'));
  if (stamp === null) throw new Error(`${bundleFile} is no workflow bundle of Slipway: it has no stamp`);
  return stamp[1]!.slice(0, 16);
}

/**
 * Deployments stay on the code that they began with; lanes and schedules move to the newest. Nothing is given to a
 * version before it was made the current one (`makeCurrent`).
 */
export const versionedWorker = (buildId: string): Pick<WorkerOptions, 'workerDeploymentOptions'> => ({
  workerDeploymentOptions: {
    useWorkerVersioning: true,
    version: { deploymentName: controlDeploymentName, buildId },
    defaultVersioningBehavior: 'PINNED',
  },
});
