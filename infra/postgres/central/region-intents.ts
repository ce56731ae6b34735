import type { IntentBook } from '../../../api/control/regions/region-intents.ts';
import type { Placement } from '../../../domain/goal/goal.ts';
import type { DeploymentNumber, Generation, RegionName, ReleaseNumber, ServiceName } from '../../../domain/names.ts';
import type { IntendedService } from '../../../protocol/region-intents.ts';
import type { Database, EntityManager } from '../connect.ts';
import { Admission, Audit, ObligationRow, RegionOutcome, ServiceRegion } from './entities.ts';
import type { ServiceRegionRow } from './entities/service.ts';
import { deploymentName } from './object-names.ts';

/** @see IntentBook */
export const createIntentBook = (database: Database): IntentBook => ({
  read: (region) =>
    database.em.fork().transactional(async (em) => {
      const rows = await em.find(ServiceRegion, { region }, { orderBy: { service: 'asc' } });
      const services: IntendedService[] = [];
      for (const row of rows) services.push(await readService(em, region, row));
      return { region, services };
    }),
});

async function readService(em: EntityManager, region: RegionName, row: ServiceRegionRow): Promise<IntendedService> {
  const { service, intent, centreGeneration } = row;
  const { attempt, step, mode } = intent;
  const next = intent.next ?? (await plannedIn(em, region, service, attempt.deployment));
  const owed = await em.find(ObligationRow, { service, region }, { orderBy: { deployment: 'asc' } });
  // A finish that is owed is written by reconcile, as soon as the region serves again.
  const kept = owed.flatMap(({ deployment, local, kind }) =>
    kind === 'finish' ? [] : [{ attempt: { deployment, local }, step: kind, mode: kind, next: null }],
  );
  const outcomes = await em.find(RegionOutcome, { service, region }, { orderBy: { deployment: 'asc' } });
  return {
    service,
    intended: [{ attempt, step, mode, next }, ...kept],
    centreGeneration: centreGeneration as Generation | 0,
    outcomes: outcomes.map(({ deployment, outcome }) => ({ deployment, outcome })),
    finished: await finishedBefore(em, region, service, attempt.deployment),
    admissions: await admissionsOf(em, region, row),
  };
}

/** What a deployment meant to bring there: the audit has it of its first step, also when the last intent names none. */
async function plannedIn(em: EntityManager, region: RegionName, service: ServiceName, deployment: DeploymentNumber) {
  const of = { object: deploymentName(service, deployment), verb: 'goal-intended' };
  const records = await em.find(Audit, of, { orderBy: { sequence: 'desc' } });
  const details = records.map(
    ({ detail }) => detail as { readonly region: RegionName; readonly next: Placement | null },
  );
  return details.find((each) => each.region === region && each.next !== null)?.next ?? null;
}

async function finishedBefore(em: EntityManager, region: RegionName, service: ServiceName, before: DeploymentNumber) {
  const succeeded = { service, region, outcome: 'succeeded' as const, deployment: { $lt: before } };
  const last = await em.findOne(RegionOutcome, succeeded, { orderBy: { deployment: 'desc' } });
  if (last === null) return null;
  const placement = await plannedIn(em, region, service, last.deployment);
  return placement && { deployment: last.deployment, placement };
}

/** Of the release that comes and the one that was finished there: hosts that have neither install by them. */
async function admissionsOf(em: EntityManager, region: RegionName, { service, intent, release }: ServiceRegionRow) {
  const numbers = [intent.next?.release.number, release].filter(
    (number): number is ReleaseNumber => typeof number === 'number',
  );
  const admissions = await em.find(
    Admission,
    { service, release: { $in: [...new Set(numbers)] } },
    { orderBy: { admittedAt: 'asc' } },
  );
  return admissions
    .filter(({ regions }) => regions.includes(region))
    .map(({ envelope }) => envelope)
    .slice(-16);
}
