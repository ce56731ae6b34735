import type { StoredDeployment } from '../../../api/control/reads/projection.ts';
import type { MergeSource, PersonSource } from '../../../activities/lane/contract.ts';
import type { DeploymentSummary } from '../../../protocol/api/deployment.ts';
import type { EntityManager } from '../connect.ts';
import type { DeploymentRow } from './entities/deployment.ts';
import { deploymentName } from './object-names.ts';

/** When each of these deployments last changed: the time of its newest audit record. */
export async function changedAt(
  em: EntityManager,
  rows: readonly DeploymentRow[],
): Promise<ReadonlyMap<string, string>> {
  if (rows.length === 0) return new Map();
  const names = rows.map(({ service, number }) => deploymentName(service, number));
  const found = await em.execute<{ object: string; at: Date }[]>(
    `select object, max(at) as at from audit where object in (${names.map(() => '?').join(', ')}) group by object`,
    names,
  );
  return new Map(found.map(({ object, at }) => [object, new Date(at).toISOString()]));
}

export function deploymentSummary(row: DeploymentRow, since: ReadonlyMap<string, string>): DeploymentSummary {
  const deployment = deploymentName(row.service, row.number);
  const openedAt = row.openedAt.toISOString();
  return {
    deployment,
    service: row.service,
    number: row.number,
    kind: row.kind,
    release: row.release,
    state: row.outcome ?? row.state,
    stage: row.stage ?? null,
    paused: row.paused,
    held: row.held,
    waiting: row.waiting ?? null,
    outcome: row.outcome ?? null,
    reason: row.reason ?? null,
    pending: [...row.pending],
    startedAt: (row.startedAt ?? row.openedAt).toISOString(),
    endedAt: row.endedAt?.toISOString() ?? null,
    since: row.endedAt?.toISOString() ?? since.get(deployment) ?? openedAt,
    sequence: row.sequence,
  };
}

export const storedDeployment = (row: DeploymentRow, since: ReadonlyMap<string, string>): StoredDeployment => ({
  ...deploymentSummary(row, since),
  source: sourceOf(row.source),
  regions: row.regions.map((region) => ({ ...region })),
  approvals: row.approvals ?? null,
  pointOfNoReturn: row.pointOfNoReturn,
});

function sourceOf(source: MergeSource | PersonSource): StoredDeployment['source'] {
  if (source.from === 'merge') return { ...source, authors: [...source.authors] };
  const { from, person, reason } = source;
  return { from, person, reason };
}
