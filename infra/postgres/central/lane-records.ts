import type { FilterQuery, InferEntity } from '@mikro-orm/core';
import type { LaneRecords, LockChange, StoredHistory } from '../../../activities/lane/lane-records.ts';
import type { LaneRecord, RefusedRollback } from '../../../activities/lane/contract.ts';
import { currentOf, isLeftHeld } from '../../../domain/history/rollback-target.ts';
import type { DeploymentNumber, RegionName, ReleaseNumber, ServiceName } from '../../../domain/names.ts';
import type { PendingRollback } from '../../../domain/lane/rollback-follow-up.ts';
import type { Database, EntityManager } from '../connect.ts';
import { storable } from '../storable.ts';
import { changeAudited } from './audit-log.ts';
import type { AuditEntry } from './audit-log.ts';
import { cancelDeployment, claimDeploymentStart, readStoredDeployment } from './deployment-start.ts';
import { Audit, Deployment, RegionOutcome, Release, Service, ServiceRegion } from './entities.ts';
import type { DeploymentRow } from './entities/deployment.ts';
import { lockKnownService, lockService } from './lock-service.ts';
import { deploymentName } from './object-names.ts';
import { openDeployment, openDeploymentOf } from './open-deployment.ts';

type RegionEnd = InferEntity<typeof RegionOutcome>;

/** How far back a rollback can go: more deployments than anybody keeps releases of. */
const historyLength = 500;

/** @see LaneRecords */
export function createLaneRecords(database: Database): LaneRecords {
  return {
    readLane: (service) => readLane(database.em.fork(), service),
    open: (request) => changeAudited(database, (em) => openDeployment(em, request)),
    read: (ref) => readStoredDeployment(database.em.fork(), ref),
    claimStart: (ref) => changeAudited(database, (em) => claimDeploymentStart(em, ref)),
    noteRun: async ({ service, deployment: number }, runId) =>
      void (await database.em.fork().nativeUpdate(Deployment, { service, number }, { runId })),
    cancel: (ref, by, reason) => changeAudited(database, (em) => cancelDeployment(em, ref, by, reason)),
    changeLock: (change) => changeAudited(database, (em) => changeLock(em, change)),
    keepRollback: (service, of, rollback, refused) =>
      changeAudited(database, (em) => keepRollback(em, { service, of, rollback, refused })),
    readHistory: (service) => readHistory(database.em.fork(), service),
  };
}

async function readLane(em: EntityManager, name: ServiceName): Promise<LaneRecord | null> {
  const service = await em.findOne(Service, { name });
  if (service === null) return null;
  const rows = await em.find(Deployment, { service: name, outcome: null }, { orderBy: { number: 'asc' } });
  const { rollback = null } = service;
  const later = rollback && (await begunSince(em, name, rollback));
  const lane = { lock: service.lock ?? null, open: rows.map(openDeploymentOf), rollback };
  return later === null ? lane : { ...lane, rollbackIsLate: later };
}

/** The newest that has begun since, but for what the rollback itself has opened. */
async function begunSince(em: EntityManager, service: ServiceName, { of, opened }: PendingRollback) {
  const begun = { service, number: { $gt: of, $ne: opened ?? of }, startedAt: { $ne: null } };
  return (await em.findOne(Deployment, begun, { orderBy: { number: 'desc' } }))?.number ?? null;
}

interface KeptRollback {
  readonly service: ServiceName;
  readonly of: DeploymentNumber;
  readonly rollback: PendingRollback | null;
  readonly refused: RefusedRollback | undefined;
}

/** What was done for the request is in the audit by itself; that nothing was, is said here. */
async function keepRollback(em: EntityManager, { service: name, of, rollback, refused }: KeptRollback) {
  const service = await lockKnownService(em, name);
  if (rollback !== null) service.rollback = storable(rollback);
  else if (service.rollback?.of === of) service.rollback = null;
  if (refused === undefined) return { result: undefined, audit: [] };
  const object = deploymentName(name, of);
  const { by, key, reason } = refused;
  const verb = 'rollback-refused';
  const entry: AuditEntry = {
    actor: 'slipway',
    verb,
    object,
    detail: { by, reason, request: key },
    key: `${verb}:${object}:${key}`,
  };
  return { result: undefined, audit: (await em.count(Audit, { key: entry.key })) > 0 ? [] : [entry] };
}

async function changeLock(em: EntityManager, { service: name, lock, by, reason, key, ends }: LockChange) {
  const service = await lockService(em, name);
  if (service === null) return { result: null, audit: [] };
  const auditKey = `lock:${name}:${key}`;
  // By key and not by state: a late repeat of a lock must not shut a lane that was opened since.
  const isOther = ends !== undefined && service.lock?.until !== ends;
  if (isOther || (await em.count(Audit, { key: auditKey })) > 0)
    return { result: { lock: service.lock ?? null }, audit: [] };
  service.lock = lock;
  const verb = lock === null ? 'lane-unlocked' : 'lane-locked';
  const detail = { reason, ...(lock?.until !== undefined && { until: lock.until }) };
  const entry: AuditEntry = { actor: by, verb, object: name, detail, key: auditKey };
  return { result: { lock }, audit: [entry] };
}

export async function readHistory(em: EntityManager, service: ServiceName): Promise<StoredHistory> {
  const whole = await findSuccesses(em, { service, partial: false });
  // Of a service that came to some regions only, and never to all, those are the history.
  const newestFirst = whole.length > 0 ? whole : await findSuccesses(em, { service });
  const [newest] = newestFirst;
  const numbers = newestFirst.map(({ release }) => release);
  const deployable = await em.find(
    Release,
    { service, number: { $in: numbers }, state: { $in: ['ready', 'admitted'] } },
    { fields: ['number'] },
  );
  const successes = newestFirst.toReversed().map(({ kind, release }) => ({ kind, release }));
  const deployment = { $gt: newest?.number ?? (0 as DeploymentNumber) };
  const endings = await em.find(RegionOutcome, { service, deployment });
  return {
    successes,
    deployable: new Set(deployable.map(({ number }) => number)),
    leftHeld: isLeftHeld(endings),
    partials: (await findSuccesses(em, { service, number: deployment }))
      .toReversed()
      .map(({ kind, release, number }) => ({
        kind,
        release,
        regions: endings
          .filter((one) => one.deployment === number && one.outcome === 'succeeded')
          .map(({ region }) => region),
      })),
    running: await regionsRunning(em, service, { release: currentOf(successes), except: endings }),
  };
}

const findSuccesses = (em: EntityManager, where: FilterQuery<DeploymentRow>) =>
  em.find(
    Deployment,
    { ...(where as object), outcome: 'succeeded' },
    { orderBy: { number: 'desc' }, limit: historyLength, fields: ['kind', 'release', 'number'] },
  );

/** Where that release runs, and nothing else is owed. */
async function regionsRunning(
  em: EntityManager,
  service: ServiceName,
  { release, except }: { readonly release: ReleaseNumber | null; readonly except: readonly RegionEnd[] },
): Promise<ReadonlySet<RegionName>> {
  const owes = except.filter(({ pending, outcome }) => pending && outcome === 'succeeded').map(({ region }) => region);
  const rows = release === null ? [] : await em.find(ServiceRegion, { service, release, region: { $nin: owes } });
  return new Set(rows.map(({ region }) => region));
}
