import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { controlDeploymentName } from './worker-version.ts';

const retryMs = 100;
const notYet = ['NOT_FOUND', 'FAILED_PRECONDITION', 'no pollers', 'not found'];

/**
 * Gives new work to this version of the control worker. Waits until the server has heard of it: a worker is known by
 * its first poll. @throws after `timeoutMs`
 */
export async function makeCurrent(client: Client, buildId: string, timeoutMs: number): Promise<void> {
  const { namespace } = client.options;
  for (const deadline = performance.now() + timeoutMs; ;) {
    try {
      await client.workflowService.setWorkerDeploymentCurrentVersion({
        namespace,
        deploymentName: controlDeploymentName,
        buildId,
        identity: 'slipway',
      });
      return;
    } catch (error) {
      const early = notYet.some((text) => String((error as Error).message).includes(text));
      if (!early || performance.now() > deadline) throw error;
    }
    await delay(retryMs);
  }
}
