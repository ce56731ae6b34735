import type { TouchedRegion } from '../../../activities/recovery/contract.ts';
import type { LostRecords, StoredStanding } from '../../../activities/recovery/lost-records.ts';
import type { DeploymentRef } from '../../../activities/lane/lane-records.ts';
import type { Generation } from '../../../domain/names.ts';
import type { Database, EntityManager } from '../connect.ts';
import { readStoredDeployment } from './deployment-start.ts';
import { Deployment, RegionOutcome, RegionSummaryRow, ServiceRegion } from './entities.ts';
import { begunHooks } from './hook-runs.ts';

/** @see LostRecords */
export const createLostRecords = (database: Database): LostRecords => ({
  readStanding: (ref) => readStanding(database.em.fork(), ref),
});

async function readStanding(em: EntityManager, ref: DeploymentRef): Promise<StoredStanding | null> {
  const deployment = await readStoredDeployment(em, ref);
  if (deployment === null) return null;
  const row = await em.findOneOrFail(Deployment, { service: ref.service, number: ref.deployment });
  return {
    deployment,
    planDigest: row.planDigest ?? null,
    pointOfNoReturn: row.pointOfNoReturn,
    stop: row.stop ?? null,
    touched: await touchedRegions(em, ref),
    regions: row.regions,
    hooks: (await begunHooks(em, ref.service, [ref.deployment])).get(ref.deployment) ?? [],
    previousRelease: row.fromRelease ?? null,
    sequence: row.sequence,
    state: row.state,
    stage: row.stage ?? null,
  };
}

/** A region counts from the first step that was written down for it, whether it has heard that or not. */
async function touchedRegions(em: EntityManager, { service, deployment }: DeploymentRef): Promise<TouchedRegion[]> {
  const outcomes = await em.find(RegionOutcome, { service, deployment }, { orderBy: { region: 'asc' } });
  const regions = outcomes.map(({ region }) => region);
  const intents = await em.find(ServiceRegion, { service, region: { $in: regions } });
  const summaries = await em.find(RegionSummaryRow, { service, region: { $in: regions } });
  return regions.map((region) => {
    const known = intents.find((row) => row.region === region);
    const attempt = known?.intent.attempt;
    const summary = summaries.find((row) => row.region === region)?.summary;
    const heard = [known?.centreGeneration ?? 0, known?.intent.knownGeneration ?? 0, summary?.generation ?? 0];
    return {
      region,
      // Another deployment's intent is a later one's, which fences whatever this one still writes there.
      attempt: attempt?.deployment === deployment ? attempt : { deployment, local: 0 },
      generation: Math.max(...heard) as Generation | 0,
    };
  });
}
