import { LockMode } from '@mikro-orm/core';
import type { FinishDeploymentInput } from '../../../activities/deployment-record/contract.ts';
import { lockedToo } from '../../../domain/lane/lock-rules.ts';
import type { RegionName } from '../../../domain/names.ts';
import type { EntityManager } from '../connect.ts';
import { storable } from '../storable.ts';
import type { AuditedChange, AuditEntry } from './audit-log.ts';
import { endDeployment } from './end-deployment.ts';
import { Deployment, RegionOutcome, Release, ServiceRegion } from './entities.ts';
import type { DeploymentRow } from './entities/deployment.ts';
import type { ServiceRow } from './entities/service.ts';
import { lockService } from './lock-service.ts';
import { deploymentName } from './object-names.ts';
import { isPartial } from './partial-success.ts';
import { stillOwed } from './still-owed.ts';

/** Outcome, regions, lock, holder and inbox row, all at once; the first call decides and repeats change nothing. */
export async function finishDeployment(
  em: EntityManager,
  end: FinishDeploymentInput,
): Promise<AuditedChange<'finished' | 'repeated' | 'incomplete' | 'unknown'>> {
  const { service: name, deployment: number, sequence } = end;
  const service = await lockService(em, name);
  const row = await em.findOne(Deployment, { service: name, number }, { lockMode: LockMode.PESSIMISTIC_WRITE });
  if (service === null || row === null) return { result: 'unknown', audit: [] };
  if (row.outcome) return { result: 'repeated', audit: [] };
  if (end.madeByReset === true || (await isIncomplete(em, end))) return { result: 'incomplete', audit: [] };
  row.sequence = Math.max(row.sequence, sequence);
  const { pending, done, audit } = await stillOwed(em, end);
  await recordRegions(em, row, { ...end, pending, wasPending: end.pending }, done);
  row.partial = end.outcome === 'succeeded' && (await isPartial(em, row));
  await endDeployment(em, service, row, { ...storable(end), pending });
  row.notUndone = end.notUndone === undefined ? null : storable(end.notUndone);
  const buildLog = storable(end.buildLog ?? null);
  if (buildLog !== null) await em.nativeUpdate(Release, { service: name, number: row.release }, { buildLog });
  return { result: 'finished', audit: [ended({ ...end, pending }), ...audit, ...lockAtEnd(service, end)] };
}

/** A run that somebody reset in Temporal has forgotten regions that it had told: it can't say how they ended. */
async function isIncomplete(em: EntityManager, { service, deployment, regions }: FinishDeploymentInput) {
  const spokenFor = regions.map(({ region }) => region);
  return (await em.count(RegionOutcome, { service, deployment, region: { $nin: spokenFor } })) > 0;
}

async function recordRegions(
  em: EntityManager,
  row: DeploymentRow,
  end: FinishDeploymentInput & { readonly wasPending: readonly RegionName[] },
  done: readonly RegionName[],
): Promise<void> {
  const { service, deployment, wasPending } = end;
  // What was settled before the end is known better by whoever asked the region: its own people may have rolled it back.
  const undone = await em.find(RegionOutcome, {
    service,
    deployment,
    region: { $in: [...done] },
    outcome: 'undone',
  });
  const outcomes = end.regions.map(({ region, outcome }) => ({
    service,
    region,
    deployment,
    outcome: undone.find((one) => one.region === region)?.outcome ?? outcome,
    pending: end.pending.includes(region),
  }));
  if (outcomes.length > 0) await em.upsertMany(RegionOutcome, outcomes);
  const finished = outcomes.filter(({ outcome }) => outcome === 'succeeded');
  const overtaken = (region: RegionName): boolean => wasPending.includes(region) && !done.includes(region);
  const running = finished.filter(({ pending, region }) => !pending && !overtaken(region)).map(({ region }) => region);
  await em.nativeUpdate(ServiceRegion, { service, region: { $in: running } }, { release: row.release });
}

/** A lane that is locked already stays so, and no longer opens by itself. */
function lockAtEnd(service: ServiceRow, { deployment, lock }: FinishDeploymentInput): AuditEntry[] {
  const locked = lock === null ? null : lockedToo(service.lock ?? null, lock);
  if (lock === null || locked === null) return [];
  service.lock = storable(locked);
  const object = deploymentName(service.name, deployment);
  const detail = { reason: lock.reason };
  return [{ actor: lock.owner, verb: 'lane-locked', object: service.name, detail, key: `lock:${object}` }];
}

function ended({
  service,
  deployment,
  outcome,
  reason,
  regions,
  pending,
  sequence,
  notUndone,
}: FinishDeploymentInput): AuditEntry {
  const object = deploymentName(service, deployment);
  const detail = { outcome, reason, regions, pending, sequence, ...(notUndone && { notUndone }) };
  return { actor: 'slipway', verb: 'deployment-ended', object, detail, key: `end:${object}` };
}
