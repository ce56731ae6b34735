import type { Client } from '@temporalio/client';
import type { Carrier } from '../../domain/progress/no-worker.ts';
import { controlDeploymentName } from './worker-version.ts';

/**
 * How many workflows that are still open are pinned to this version of the control worker. From Temporal's visibility,
 * which lags behind by a second or two: zero counts when it is seen twice.
 */
export async function countOpenOn(client: Client, buildId: string): Promise<number> {
  const { count } = await client.workflow.count(openAndPinned(buildId));
  return count;
}

const mostIds = 20;

/** The same, with the ids of at most twenty. */
export async function openOn(client: Client, buildId: string) {
  const count = await countOpenOn(client, buildId);
  const ids: string[] = [];
  for await (const { workflowId } of client.workflow.list({ query: openAndPinned(buildId), pageSize: mostIds })) {
    ids.push(workflowId);
    if (ids.length === mostIds) break;
  }
  return { count: Math.max(count, ids.length), ids };
}

const openAndPinned = (buildId: string): string =>
  `TemporalWorkerDeploymentVersion = '${controlDeploymentName}:${buildId}' ` +
  `AND TemporalWorkflowVersioningBehavior = 'Pinned' AND ExecutionStatus = 'Running'`;

const mostDeployments = 1_000;

/**
 * Deployments that wait for a worker of this version, or whose recovery does: by `checkout/87` which of the two, at most a
 * thousand. Visibility may still list one that its recovery has followed: what has come later carries it.
 */
export async function openDeploymentsOn(client: Client, buildId: string): Promise<ReadonlyMap<string, Carrier>> {
  const query = `${openAndPinned(buildId)} AND WorkflowType IN ('deployment', 'recovery')`;
  const carriers = new Map<string, Carrier>();
  for await (const { workflowId } of client.workflow.list({ query, pageSize: mostDeployments })) {
    const [what, service, number] = workflowId.split(':');
    const name = `${service}/${number}`;
    if (what === 'recovery' || !carriers.has(name)) carriers.set(name, what === 'recovery' ? what : 'deployment');
    if (carriers.size === mostDeployments) break;
  }
  return carriers;
}
