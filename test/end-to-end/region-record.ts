import type { BatchMembers } from '../../activities/goals/goal-store.ts';
import type { GoalRow } from '../../domain/goal/goal.ts';
import type { DeploymentNumber, RegionName, ServiceName } from '../../domain/names.ts';
import { BatchRecord, GoalRecord } from '../../infra/postgres/region/entities/goals.ts';
import { HostRecord, HostServiceRecord } from '../../infra/postgres/region/entities/hosts.ts';
import type { StackDatabases } from '../crash/evidence/databases.ts';

/** What a region has on record of a deployment, whoever else knows of it. */
export interface RegionRecord {
  readonly goal: Pick<GoalRow, 'attempt' | 'generation' | 'mode' | 'cut' | 'next'>;
  /** Those that have begun, in order. */
  readonly batches: readonly { readonly number: number; readonly hosts: BatchMembers['hosts'] }[];
  readonly hosts: readonly RecordedHost[];
}

export interface RecordedHost {
  readonly host: string;
  /** When it was heard last, by the database's clock. */
  readonly reportedAtMs: number;
  /** It said so: it runs the goal's `next`, and that is healthy. */
  readonly isWellOnNext: boolean;
  /** In this attempt; 1 is a switch that was not redone. */
  readonly switches: number;
}

export async function readRegionRecord(
  databases: StackDatabases,
  { region, service, deployment }: { region: RegionName; service: ServiceName; deployment: DeploymentNumber },
): Promise<RegionRecord> {
  const em = databases.region(region);
  const { row } = await em.findOneOrFail(GoalRecord, { service });
  const { attempt, generation, mode, cut, next } = row;
  const batches = await em.find(BatchRecord, { service, deployment }, { orderBy: { number: 'asc' } });
  const heard = new Map((await em.find(HostRecord, {})).map(({ id, reportedAt }) => [id, reportedAt?.getTime() ?? 0]));
  const said = await em.find(HostServiceRecord, { service }, { orderBy: { host: 'asc' } });
  return {
    goal: { attempt, generation, mode, cut, next },
    batches: batches.map(({ number, members }) => ({ number, hosts: members.hosts })),
    hosts: said.map(({ host, running, health, switches }) => ({
      host,
      reportedAtMs: heard.get(host) ?? 0,
      isWellOnNext: next !== null && running === next.release.digest && health === 'healthy',
      switches,
    })),
  };
}
