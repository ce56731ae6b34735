import { LockMode } from '@mikro-orm/core';
import type { MergeSource } from '../../../domain/intake/merge.ts';
import { carriedAlong, madeNeedless } from '../../../domain/lane/superseding.ts';
import { takenBackText, type TakenBack } from '../../../domain/lane/taken-back.ts';
import type { DeploymentNumber, ReleaseNumber } from '../../../domain/names.ts';
import type { EntityManager } from '../connect.ts';
import type { AuditEntry } from './audit-log.ts';
import { endDeployment } from './end-deployment.ts';
import { Deployment, InboxRow, Release } from './entities.ts';
import type { DeploymentRow } from './entities/deployment.ts';
import type { ServiceRow } from './entities/service.ts';
import { readMerges } from './merges.ts';
import { deploymentName } from './object-names.ts';

export interface Superseding {
  /** What has ended because of it, oldest first. */
  readonly superseded: readonly DeploymentNumber[];
  /** Set when a newer merge was there before: it is the one that was superseded. */
  readonly goesOnAs: DeploymentNumber | null;
  readonly audit: readonly AuditEntry[];
}

/**
 * Ends what waits and the new deployment makes needless, in the transaction that opens it. The service's row is locked; so
 * is each row that may end, as its start only locks that.
 */
export async function supersedeWaiting(
  em: EntityManager,
  service: ServiceRow,
  newer: DeploymentRow,
): Promise<Superseding> {
  const overtaker = newer.source.from === 'merge' ? await overtakerOf(em, newer, newer.source) : null;
  if (overtaker !== null) {
    const entry = await supersede(em, service, { row: newer, takenBack: null }, overtaker);
    return { superseded: [], goesOnAs: overtaker.number, audit: [entry] };
  }
  const where = { service: service.name, outcome: null, startedAt: null, number: { $lt: newer.number } };
  const lockMode = LockMode.PESSIMISTIC_WRITE;
  const rows = await em.find(Deployment, where, { orderBy: { number: 'asc' }, lockMode });
  const merges = rows.length === 0 ? [] : await readMerges(em, service.name, oldestOf(rows));
  const needless = madeNeedless(queuedOf(newer), rows.map(queuedOf), merges);
  const audit: AuditEntry[] = [];
  for (const { one, takenBack } of needless) audit.push(await supersede(em, service, { ...one, takenBack }, newer));
  return { superseded: needless.map(({ one }) => one.row.number), goesOnAs: null, audit };
}

const oldestOf = (rows: readonly DeploymentRow[]): ReleaseNumber =>
  rows.map(({ release }) => release).reduce((a, b) => (a < b ? a : b));

const queuedOf = (row: DeploymentRow) => {
  const { kind, release, source } = row;
  const merge = source.from === 'merge' ? source : null;
  const hotfix = Boolean(row.hotfix);
  return {
    row,
    kind,
    release,
    merge,
    hotfix,
    althoughReverted: source.from === 'person' && source.althoughReverted === true,
    regions: source.from === 'person' ? source.regions : undefined,
  };
};

/**
 * A merge of the branch that came after this one and has its number all the same: the lane was closed between accepting
 * this one and opening it. Numbered last, the older commit would be the one that stays.
 */
async function overtakerOf(
  em: EntityManager,
  merge: DeploymentRow,
  source: MergeSource,
): Promise<DeploymentRow | null> {
  const { service, key } = merge;
  const own = await em.findOne(InboxRow, { service, deliveryKey: key });
  if (own === null) return null;
  const later = { service, id: { $gt: own.id }, deployment: { $ne: null } };
  const rows = await em.find(InboxRow, later, { orderBy: { id: 'desc' } });
  const newest = rows.find(({ payload }) => payload.source.from === 'merge' && payload.source.branch === source.branch);
  return newest ? em.findOne(Deployment, { service, number: newest.deployment! }) : null;
}

async function supersede(
  em: EntityManager,
  service: ServiceRow,
  { row, takenBack }: { readonly row: DeploymentRow; readonly takenBack: TakenBack | null },
  newer: DeploymentRow,
): Promise<AuditEntry> {
  const [object, by] = [row, newer].map(({ number }) => deploymentName(service.name, number)) as [string, string];
  const branch = newer.source.from === 'merge' ? newer.source.branch : service.branch;
  const reason =
    takenBack === null
      ? `${by} brings a newer commit of ${branch}: it goes on there`
      : `${by} goes instead: ${takenBackText(service.name, row.release, takenBack)}`;
  if (takenBack === null) await carryPersons(em, row, newer);
  await endDeployment(em, service, row, { outcome: 'superseded', reason, pending: [] });
  row.supersededBy = newer.number;
  // What was taken back goes on nowhere.
  if (takenBack === null) row.goesOnAs = newer.number;
  const detail = { outcome: 'superseded', reason, regions: [], pending: [] };
  return { actor: 'slipway', verb: 'deployment-ended', object, detail, key: `end:${object}` };
}

/** Who made what goes along may not approve it. */
async function carryPersons(em: EntityManager, row: DeploymentRow, newer: DeploymentRow): Promise<void> {
  const releaseOf = ({ service, release: number }: DeploymentRow) =>
    em.findOneOrFail(Release, { service, number }, { lockMode: LockMode.PESSIMISTIC_WRITE });
  const [older, release] = [await releaseOf(row), await releaseOf(newer)];
  release.carries = carriedAlong(release.carries ?? [], { ...older, carries: older.carries ?? [] });
}
