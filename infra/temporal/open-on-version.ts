import type { Client } from '@temporalio/client';
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

/** Deployments that wait for a worker of this version, or whose recovery does: `checkout/87`, at most a thousand. */
export async function openDeploymentsOn(client: Client, buildId: string): Promise<readonly string[]> {
  const query = `${openAndPinned(buildId)} AND WorkflowType IN ('deployment', 'recovery')`;
  const names = new Set<string>();
  for await (const { workflowId } of client.workflow.list({ query, pageSize: mostDeployments })) {
    const [, service, number] = workflowId.split(':');
    names.add(`${service}/${number}`);
    if (names.size === mostDeployments) break;
  }
  return [...names];
}
