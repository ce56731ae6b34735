import type { Client } from '@temporalio/client';
import type { VersionReads } from '../../api/control/operations/missing-workers.ts';
import { openDeploymentsOn } from './open-on-version.ts';
import { versionSummaries } from './version-summaries.ts';
import { controlDeploymentName } from './worker-version.ts';

/** In either answer. */
const answerMs = 5_000;

/** @see VersionReads. @param queue of the control workers */
export const createVersionReads = (client: Client, queue: string): VersionReads => ({
  readPolls: () => client.withDeadline(Date.now() + answerMs, () => readPolls(client, queue)),
  listOpenOn: (version) => client.withDeadline(Date.now() + answerMs, () => openDeploymentsOn(client, version)),
});

/** temporal.api.enums.v1 */
const drained = 5; // WorkerDeploymentVersionStatus
const workflowTasks = 1; // TaskQueueType

/** One answer has the pollers of all versions. Temporal forgets those that are gone after some minutes. */
async function readPolls(client: Client, queue: string): Promise<ReadonlyMap<string, string | null>> {
  const versions = (await versionSummaries(client)).filter(({ status }) => status !== drained);
  const { pollers } = await client.workflowService.describeTaskQueue({
    namespace: client.options.namespace,
    taskQueue: { name: queue },
    taskQueueType: workflowTasks,
  });
  const polls = (pollers ?? [])
    .filter(({ deploymentOptions }) => deploymentOptions?.deploymentName === controlDeploymentName)
    .map(({ deploymentOptions, lastAccessTime }) => ({ of: deploymentOptions?.buildId, at: textOf(lastAccessTime) }));
  const lastOf = (version: string): string | null =>
    polls
      .flatMap(({ of, at }) => (of === version ? [at] : []))
      .toSorted()
      .at(-1) ?? null;
  return new Map(
    versions.map(({ deploymentVersion }) => deploymentVersion?.buildId ?? '').map((id) => [id, lastOf(id)]),
  );
}

type Timestamp = { readonly seconds?: unknown; readonly nanos?: number | null } | null | undefined;

/** Sorts as the times do. */
const textOf = (time: Timestamp): string =>
  `${String(Number(time?.seconds ?? 0)).padStart(12, '0')}.${String(time?.nanos ?? 0).padStart(9, '0')}`;
