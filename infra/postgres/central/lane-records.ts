import { LockMode } from '@mikro-orm/core';
import type { LaneRecords, LockChange } from '../../../activities/lane/lane-records.ts';
import type { LaneRecord } from '../../../activities/lane/contract.ts';
import type { ServiceName } from '../../../domain/names.ts';
import type { Database, EntityManager } from '../connect.ts';
import { changeAudited } from './audit-log.ts';
import type { AuditEntry } from './audit-log.ts';
import { cancelDeployment, claimDeploymentStart, readStoredDeployment } from './deployment-start.ts';
import { Audit, Deployment, Release, Service } from './entities.ts';
import { openDeployment, openDeploymentOf } from './open-deployment.ts';

/** How far back a rollback can go: more deployments than anybody keeps releases of. */
const historyLength = 500;

/** @see LaneRecords */
export function createLaneRecords(database: Database): LaneRecords {
  return {
    readLane: (service) => readLane(database.em.fork(), service),
    open: (request) => changeAudited(database, (em) => openDeployment(em, request)),
    read: (ref) => readStoredDeployment(database.em.fork(), ref),
    claimStart: (ref) => changeAudited(database, (em) => claimDeploymentStart(em, ref)),
    cancel: (ref, by, reason) => changeAudited(database, (em) => cancelDeployment(em, ref, by, reason)),
    changeLock: (change) => changeAudited(database, (em) => changeLock(em, change)),
    readSuccesses: (service) => readSuccesses(database.em.fork(), service),
  };
}

async function readLane(em: EntityManager, name: ServiceName): Promise<LaneRecord | null> {
  const service = await em.findOne(Service, { name });
  if (service === null) return null;
  const open = await em.find(Deployment, { service: name, outcome: null }, { orderBy: { number: 'asc' } });
  return { lock: service.lock ?? null, open: open.map(openDeploymentOf) };
}

async function changeLock(em: EntityManager, { service: name, lock, by, reason, key }: LockChange) {
  const service = await em.findOne(Service, { name }, { lockMode: LockMode.PESSIMISTIC_WRITE });
  if (service === null) return { result: 'unknown' as const, audit: [] };
  const auditKey = `lock:${name}:${key}`;
  // By key and not by state: a late repeat of a lock must not shut a lane that was opened since.
  if ((await em.count(Audit, { key: auditKey })) > 0) return { result: 'repeated' as const, audit: [] };
  service.lock = lock;
  const verb = lock === null ? 'lane-unlocked' : 'lane-locked';
  const entry: AuditEntry = { actor: by, verb, object: name, detail: { reason }, key: auditKey };
  return { result: 'changed' as const, audit: [entry] };
}

async function readSuccesses(em: EntityManager, service: ServiceName) {
  const newestFirst = await em.find(
    Deployment,
    { service, outcome: 'succeeded' },
    { orderBy: { number: 'desc' }, limit: historyLength, fields: ['kind', 'release'] },
  );
  const numbers = newestFirst.map(({ release }) => release);
  const deployable = await em.find(
    Release,
    { service, number: { $in: numbers }, state: { $in: ['ready', 'admitted'] } },
    { fields: ['number'] },
  );
  const successes = newestFirst.toReversed().map(({ kind, release }) => ({ kind, release }));
  return { successes, deployable: new Set(deployable.map(({ number }) => number)) };
}
