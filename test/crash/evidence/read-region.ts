import type { DeploymentNumber, RegionName, ServiceName } from '../../../domain/names.ts';
import type { EntityManager } from '../../../infra/postgres/connect.ts';
import { GoalRecord } from '../../../infra/postgres/region/entities/goals.ts';
import { HostServiceRecord } from '../../../infra/postgres/region/entities/hosts.ts';
import { ChunkRecord, ReplicaChunkRecord, ReplicaRecord } from '../../../infra/postgres/region/entities/replicas.ts';
import type { BegunRows } from './begun-rows.ts';
import type { StackDatabases } from './databases.ts';
import type { RegionEvidence, ReplicaEvidence, ReportEvidence } from './evidence.ts';

/** A region's side of the service, of the deployments from `first` on, with what was `begun` in the meantime. */
export async function readRegion(
  databases: StackDatabases,
  region: RegionName,
  service: ServiceName,
  { first, begun }: { readonly first: DeploymentNumber; readonly begun: BegunRows },
): Promise<RegionEvidence> {
  const em = databases.region(region);
  await begun.look(databases, region, service);
  const { snapshots, batches } = begun.of(region, first);
  return {
    region,
    goal: await readGoal(databases, region, service),
    snapshots,
    batches,
    replicas: await readReplicas(em, service),
    reports: await readReports(databases, region, service),
  };
}

export async function readGoal(
  databases: StackDatabases,
  region: RegionName,
  service: ServiceName,
): Promise<RegionEvidence['goal']> {
  const { row, envelope, admissions } = await databases.region(region).findOneOrFail(GoalRecord, { service });
  return { row, envelope, admissions: admissions.map((each) => each.envelope) };
}

export async function readReports(
  databases: StackDatabases,
  region: RegionName,
  service: ServiceName,
): Promise<readonly ReportEvidence[]> {
  const rows = await databases.region(region).find(HostServiceRecord, { service });
  return rows.map(({ host, generation, running, health, switches }) => ({
    host,
    generation: generation as ReportEvidence['generation'],
    running: running ?? null,
    health,
    switches,
  }));
}

async function readReplicas(em: EntityManager, service: ServiceName): Promise<ReplicaEvidence[]> {
  const replicas = await em.find(ReplicaRecord, { service });
  const sizes = new Map((await em.find(ChunkRecord, {})).map(({ digest, sizeBytes }) => [digest, sizeBytes]));
  const parts = await em.find(ReplicaChunkRecord, { release: { $in: replicas.map(({ release }) => release) } });
  return replicas.map(({ release, state, copiedBytes, reusedBytes }) => ({
    release,
    state,
    copiedBytes,
    reusedBytes,
    totalBytes: parts
      .filter((part) => part.release === release)
      .reduce((sum, { digest }) => sum + (sizes.get(digest) ?? 0), 0),
  }));
}
