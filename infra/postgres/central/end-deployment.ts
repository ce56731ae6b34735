import type { RegionName } from '../../../domain/names.ts';
import type { DeploymentOutcome } from '../../../domain/states.ts';
import type { EntityManager } from '../connect.ts';
import { InboxRow, Release } from './entities.ts';
import type { DeploymentRow } from './entities/deployment.ts';
import type { ServiceRow } from './entities/service.ts';

export interface DeploymentEnding {
  readonly outcome: DeploymentOutcome;
  readonly reason: string;
  readonly pending: readonly RegionName[];
}

/** What every end has in common: the outcome, the service freed, the inbox row finished. Both rows are locked. */
export async function endDeployment(
  em: EntityManager,
  service: ServiceRow,
  row: DeploymentRow,
  { outcome, reason, pending }: DeploymentEnding,
): Promise<void> {
  const endedAt = new Date();
  const stopped = { waiting: null, waitingFor: null, held: false, paused: false };
  Object.assign(row, { ...stopped, state: outcome, outcome, reason, pending, endedAt, since: endedAt });
  if (service.holder === row.number) service.holder = null;
  if (outcome === 'succeeded' && !row.partial) service.currentRelease = row.release;
  const { service: name, number: deployment, release } = row;
  await em.nativeUpdate(InboxRow, { service: name, deployment, finishedAt: null }, { finishedAt: endedAt });
  // A release that was never built won't be: its number stays a gap that can't be deployed.
  await em.nativeUpdate(Release, { service: name, number: release, state: 'building' }, { state: 'retired' });
}
