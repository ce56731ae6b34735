import { LockMode } from '@mikro-orm/core';
import type { FilterQuery, InferEntity } from '@mikro-orm/core';
import type {
  NewAdmission,
  ReleaseRecords,
  SignedRelease,
  StoredAdmission,
} from '../../../activities/release/release-records.ts';
import type { RegionName, ReleaseNumber, ServiceName } from '../../../domain/names.ts';
import type { Database, EntityManager } from '../connect.ts';
import { storable } from '../storable.ts';
import { changeAudited } from './audit-log.ts';
import type { AuditedChange } from './audit-log.ts';
import { markBrokenGlass } from './broken-glass.ts';
import { readEarlier } from './earlier-deployments.ts';
import { Admission, Deployment, Region, Release, Service, ServiceRegion } from './entities.ts';
import { deploymentName, releaseName } from './object-names.ts';

/** @see ReleaseRecords */
export function createReleaseRecords(database: Database): ReleaseRecords {
  const em = (): EntityManager => database.em.fork();
  return {
    findRelease: (service, number) => findRelease(em(), service, number),
    recordSigned: (signed) => changeAudited(database, (change) => recordSigned(change, signed)),
    findAdmissions: async (service, release) =>
      (await em().find(Admission, { service, release }, { orderBy: { admittedAt: 'asc', digest: 'asc' } })).map(stored),
    saveAdmission: (admission) => changeAudited(database, (change) => saveAdmission(change, admission)),
    notePlan: async (service, number, planDigest) =>
      void (await em().nativeUpdate(Deployment, { service, number }, { planDigest })),
    findPlanDigest: async (service, number) =>
      (await em().findOne(Deployment, { service, number }))?.planDigest ?? null,
    listRegions: () => listRegions(em(), { removedAt: null }),
    listDraining: () => listRegions(em(), { removedAt: null, drain: { $ne: null } }),
    currentRelease: async (service) => (await em().findOne(Service, { name: service }))?.currentRelease ?? null,
    listEarlier: (than) => readEarlier(em(), than),
    listRegionsOf: (service) => listRegionsOf(em(), service),
  };
}

async function findRelease(em: EntityManager, service: ServiceName, number: ReleaseNumber) {
  const row = await em.findOne(Release, { service, number });
  if (row === null) return null;
  const { commit, authors, pusher, state, digest, spec } = row;
  return { commit, authors, pusher, carries: row.carries ?? [], state, digest: digest ?? null, spec: spec ?? null };
}

const listRegions = async (em: EntityManager, where: FilterQuery<InferEntity<typeof Region>>): Promise<RegionName[]> =>
  (await em.find(Region, where, { orderBy: { name: 'asc' } })).map(({ name }) => name);

/** Regions that are no more. */
export const listRemovedRegions = (database: Database): Promise<readonly RegionName[]> =>
  listRegions(database.em.fork(), { removedAt: { $ne: null } });

async function listRegionsOf(em: EntityManager, service: ServiceName): Promise<RegionName[]> {
  const rows = await em.find(ServiceRegion, { service, release: { $ne: null } }, { orderBy: { region: 'asc' } });
  return rows.map(({ region }) => region);
}

type Recorded = 'recorded' | 'conflict' | 'unknown';

async function recordSigned(em: EntityManager, signed: SignedRelease): Promise<AuditedChange<Recorded>> {
  const { service, release: number, deployment, digest, configDigest, spec, totalBytes, files } = signed;
  const buildLog = signed.buildLog === null ? null : storable(signed.buildLog);
  const row = await em.findOne(Release, { service, number }, { lockMode: LockMode.PESSIMISTIC_WRITE });
  if (row === null) return { result: 'unknown', audit: [] };
  if (row.state !== 'building') return { result: row.digest === digest ? 'recorded' : 'conflict', audit: [] };
  Object.assign(row, { state: 'ready', digest, configDigest, spec: storable(spec), totalBytes, files, buildLog });
  const object = releaseName(service, number);
  const detail = { digest, configDigest, deployment: deploymentName(service, deployment) };
  const entry = { actor: 'slipway', verb: 'release-signed', object, detail, key: `sign:${object}` };
  return { result: 'recorded', audit: [entry] };
}

/** Glass that was broken for it is marked first, in the same transaction: no release runs by it without its mark. */
async function saveAdmission(
  em: EntityManager,
  { glass, ...admission }: NewAdmission,
): Promise<AuditedChange<StoredAdmission>> {
  const marked = glass && (await markBrokenGlass(em, { ...placeOf(admission), stage: null, ...glass }));
  const { result, audit } = await admit(em, admission);
  return { result, audit: [...(marked?.audit ?? []), ...audit] };
}

const placeOf = ({ service, deployment }: Omit<NewAdmission, 'glass'>) => ({ service, deployment });

async function admit(
  em: EntityManager,
  admission: Omit<NewAdmission, 'glass'>,
): Promise<AuditedChange<StoredAdmission>> {
  const { service, release: number, deployment, evidence, digest, regions, approvers, admittedAt } = admission;
  const release = await em.findOneOrFail(Release, { service, number }, { lockMode: LockMode.PESSIMISTIC_WRITE });
  const standing = await em.findOne(Admission, { service, release: number, evidence });
  if (standing !== null) return { result: stored(standing), audit: [] };
  em.create(Admission, { ...admission, admittedAt: new Date(admittedAt) });
  if (release.state === 'ready') release.state = 'admitted';
  const object = releaseName(service, number);
  const detail = { deployment: deploymentName(service, deployment), regions, approvers, evidence, digest };
  const entry = { actor: 'slipway', verb: 'release-admitted', object, detail, key: `admit:${object}:${evidence}` };
  return { result: stored(admission), audit: [entry] };
}

const stored = ({
  regions,
  evidence,
  digest,
  envelope,
}: InferEntity<typeof Admission> | NewAdmission): StoredAdmission => ({
  regions,
  evidence,
  digest,
  envelope,
});
