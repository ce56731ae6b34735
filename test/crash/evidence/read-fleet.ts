import type { DeploymentNumber, ServiceName } from '../../../domain/names.ts';
import { FleetSlot, FreezeRow } from '../../../infra/postgres/central/entities.ts';
import type { StackDatabases } from './databases.ts';
import type { FreezeEvidence, SlotEvidence } from './evidence.ts';

/** @throws Error when it lasts for ever */
export async function readFreeze(
  databases: StackDatabases,
  { freeze, sinceMs }: { readonly freeze: number; readonly sinceMs: number },
): Promise<FreezeEvidence> {
  const { policy, endedAt, recurrence } = await databases.central().findOneOrFail(FreezeRow, { number: freeze });
  const byClock = recurrence.every === 'once' && recurrence.until !== null ? [Date.parse(recurrence.until)] : [];
  const ends = [...byClock, ...(endedAt ? [endedAt.getTime()] : [])];
  if (ends.length === 0) throw new Error(`nobody has ended freeze ${freeze}`);
  return { policy, sinceMs, untilMs: Math.min(...ends) };
}

/** Of the deployments from `first` on that have asked to begin. */
export async function readSlots(
  databases: StackDatabases,
  service: ServiceName,
  first: DeploymentNumber,
): Promise<readonly SlotEvidence[]> {
  const rows = await databases.central().find(FleetSlot, { service, deployment: { $gte: first } });
  return rows.map(({ deployment, grantedAt }) => ({ deployment, grantedAtMs: grantedAt?.getTime() ?? null }));
}
