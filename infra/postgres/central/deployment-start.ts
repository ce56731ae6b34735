import { LockMode } from '@mikro-orm/core';
import type { DeploymentRef, StoredDeployment } from '../../../activities/lane/lane-records.ts';
import { decidedEnd } from '../../../domain/deployment/ending.ts';
import { passesLock } from '../../../domain/lane/lane.ts';
import type { EntityManager } from '../connect.ts';
import { storable } from '../storable.ts';
import type { AuditedChange } from './audit-log.ts';
import { endDeployment } from './end-deployment.ts';
import { Deployment, HookRun, RegionOutcome, Release, Service } from './entities.ts';
import type { DeploymentRow } from './entities/deployment.ts';
import type { ServiceRow } from './entities/service.ts';
import { lockService } from './lock-service.ts';
import { deploymentName } from './object-names.ts';

export async function readStoredDeployment(
  em: EntityManager,
  { service: name, deployment: number }: DeploymentRef,
): Promise<StoredDeployment | null> {
  const row = await em.findOne(Deployment, { service: name, number });
  if (row === null) return null;
  const service = await em.findOneOrFail(Service, { name });
  const release = await em.findOneOrFail(Release, { service: name, number: row.release });
  return {
    service: name,
    deployment: number,
    kind: row.kind,
    release: row.release,
    source: row.source,
    cloneUrl: service.cloneUrl,
    folder: service.folder,
    commit: release.commit,
    traceparent: row.traceparent ?? null,
    started: (row.startedAt ?? null) !== null,
    underWay: row.sequence > 0,
    runId: row.runId ?? null,
    outcome: row.outcome ?? null,
    reach: await reachOf(em, row),
    hooked: (await em.count(HookRun, { service: name, deployment: number })) > 0,
    ends: decidedEnd(row.stop ?? null, row.state) ?? undefined,
  };
}

async function reachOf(em: EntityManager, { service, number, pointOfNoReturn }: DeploymentRow) {
  if (pointOfNoReturn) return 'finishing';
  return (await em.count(RegionOutcome, { service, deployment: number })) > 0 ? 'touched' : 'untouched';
}

export async function claimDeploymentStart(
  em: EntityManager,
  { service: name, deployment: number }: DeploymentRef,
): Promise<AuditedChange<'claimed' | 'ended' | 'not-now' | 'unknown'>> {
  const service = await lockService(em, name);
  const row = await em.findOne(Deployment, { service: name, number }, { lockMode: LockMode.PESSIMISTIC_WRITE });
  if (service === null || row === null) return { result: 'unknown', audit: [] };
  if (row.outcome) return { result: 'ended', audit: [] };
  if (row.startedAt) return { result: 'claimed', audit: [] };
  if (!(await mayStart(em, service, row))) return { result: 'not-now', audit: [] };
  row.startedAt = new Date();
  row.since = row.startedAt;
  row.fromRelease = service.currentRelease ?? null;
  const object = deploymentName(name, number);
  const entry = { actor: 'slipway', verb: 'deployment-started', object, detail: {}, key: `start:${object}` };
  return { result: 'claimed', audit: [entry] };
}

/** The rules of the lane once more, over what is recorded: a lane that somebody reset decides by what was true earlier. */
async function mayStart(em: EntityManager, { name, lock }: ServiceRow, row: DeploymentRow) {
  const { number } = row;
  const begun = { service: name, outcome: null, startedAt: { $ne: null }, number: { $ne: number } };
  return (!lock || passesLock(row)) && (await em.count(Deployment, begun)) === 0;
}

type Cancellation = 'cancelled' | 'ended' | 'started' | 'unknown';

export async function cancelDeployment(
  em: EntityManager,
  { service: name, deployment: number }: DeploymentRef,
  by: string,
  reason: string,
): Promise<AuditedChange<Cancellation>> {
  const service = await lockService(em, name);
  const row = await em.findOne(Deployment, { service: name, number }, { lockMode: LockMode.PESSIMISTIC_WRITE });
  if (service === null || row === null) return { result: 'unknown', audit: [] };
  if (row.outcome) return { result: 'ended', audit: [] };
  if (row.startedAt) return { result: 'started', audit: [] };
  await endDeployment(em, service, row, { outcome: 'cancelled', reason: storable(reason), pending: [] });
  const object = deploymentName(name, number);
  const entry = { actor: by, verb: 'deployment-cancelled', object, detail: { reason }, key: `end:${object}` };
  return { result: 'cancelled', audit: [entry] };
}
