import { raw } from '@mikro-orm/core';
import type {
  DeploymentRequest,
  MergeSource,
  OpenDeployment,
  OpenDeploymentResult,
  OpenRefusal,
  PersonSource,
} from '../../../activities/lane/contract.ts';
import { takenBackText } from '../../../domain/lane/taken-back.ts';
import type { DeploymentNumber, ReleaseNumber } from '../../../domain/names.ts';
import type { DeploymentKind } from '../../../domain/states.ts';
import type { EntityManager } from '../connect.ts';
import { storable } from '../storable.ts';
import type { AuditedChange } from './audit-log.ts';
import { Deployment, InboxRow, Release } from './entities.ts';
import type { DeploymentRow } from './entities/deployment.ts';
import type { ServiceRow } from './entities/service.ts';
import { expedite, findHotfix, hotfixOf } from './expedite.ts';
import { lockService } from './lock-service.ts';
import { findTakenBack } from './merges.ts';
import { newDeployment, opened } from './new-deployment.ts';
import { deploymentName, releaseName } from './object-names.ts';
import { requeueWaiting } from './requeue-waiting.ts';
import { supersedeWaiting } from './supersede-waiting.ts';

/**
 * Gives a request its deployment number, and a merge its release number too. The service's row is locked first, so that
 * of any number of requests with one key the first opens and all others find what it opened.
 */
export async function openDeployment(
  em: EntityManager,
  request: DeploymentRequest,
): Promise<AuditedChange<OpenDeploymentResult>> {
  const { service: name, key } = request;
  const service = await lockService(em, name);
  if (service === null) return refused('not-found', `there is no service ${name}`);
  const earlier = await earlierOf(em, service, request);
  const requeued = goesFirst(request) && { requeued: true as const };
  if (earlier !== null) {
    const before = await supersededBefore(em, earlier);
    return {
      result: { outcome: 'repeated', deployment: openDeploymentOf(earlier), ...requeued, ...before },
      audit: [],
    };
  }

  const { source } = request;
  const hotfix = request.hotfix && source.from === 'person' ? hotfixOf(request, source) : null;
  const waiting = hotfix && source.from === 'person' ? await expedite(em, service, source.release, hotfix) : null;
  if (waiting !== null) {
    const audit = [...waiting.audit, ...(await requeueWaiting(em, service, waiting.row))];
    return { result: { outcome: 'opened', deployment: openDeploymentOf(waiting.row), requeued: true }, audit };
  }
  const release = source.from === 'merge' ? newRelease(em, service, source) : source.release;
  const mistake = source.from === 'person' ? await mistakeOf(em, service, request.kind, source) : null;
  if (mistake !== null) return refused(mistake.code, mistake.reason);
  const deployment = newDeployment(em, service, request, release, hotfix);
  if (request.cancels !== undefined) service.rollback = storable(rollbackOf(request, deployment.number));
  // The lane has it, also when the loop that delivered it never heard so.
  const deliveredAt = raw('coalesce(delivered_at, clock_timestamp())');
  await em.nativeUpdate(InboxRow, { service: name, deliveryKey: key }, { deployment: deployment.number, deliveredAt });
  const { result, audit } = await superseding(em, service, deployment);
  if (!requeued) return { result, audit };
  return { result: { ...result, ...requeued }, audit: [...audit, ...(await requeueWaiting(em, service, deployment))] };
}

/** With the deployment: a lane that is closed before it has told the active one leaves nothing half done. */
const rollbackOf = ({ cancels, source, key, traceparent, named }: DeploymentRequest, opened: DeploymentNumber) => ({
  of: cancels!,
  opened,
  by: source.from === 'person' ? source.person : source.pusher,
  reason: (source.from === 'person' && source.reason) || '',
  key,
  traceparent,
  ...(named && { named }),
});

/** What it goes before has to get new numbers. */
const goesFirst = ({ kind, hotfix }: DeploymentRequest): boolean => kind === 'rollback' || hotfix === true;

/** What this request has opened before. */
const earlierOf = async (em: EntityManager, service: ServiceRow, { key, hotfix }: DeploymentRequest) =>
  (await em.findOne(Deployment, { service: service.name, key })) ??
  (hotfix ? await findHotfix(em, service, key) : null);

/** It takes the place of what it makes needless, or a newer one has taken its own. */
async function superseding(
  em: EntityManager,
  service: ServiceRow,
  row: DeploymentRow,
): Promise<AuditedChange<OpenDeploymentResult>> {
  const entry = opened(row);
  const { superseded, goesOnAs, audit } = await supersedeWaiting(em, service, row);
  const supersedes = superseded.map((number) => deploymentName(service.name, number));
  const detail = superseded.length === 0 ? entry.detail : { ...entry.detail, supersedes };
  const deployment = openDeploymentOf(row);
  return {
    result: {
      outcome: 'opened',
      deployment,
      ...(superseded.length > 0 && { superseded }),
      ...(goesOnAs !== null && { goesOnAs }),
    },
    audit: [{ ...entry, detail }, ...audit],
  };
}

/** What the first answer to this request said, as far as the lane has to know it. */
async function supersededBefore(em: EntityManager, { service, number: supersededBy }: DeploymentRow) {
  const where = { service, supersededBy };
  const rows = await em.find(Deployment, where, { orderBy: { number: 'asc' }, fields: ['number'] });
  return rows.length > 0 && { superseded: rows.map(({ number }) => number) };
}

export const openDeploymentOf = (row: DeploymentRow): OpenDeployment => ({
  deployment: row.number,
  release: row.release,
  kind: row.kind,
  key: row.key,
  started: (row.startedAt ?? null) !== null,
  ...(row.hotfix && { hotfix: true }),
  ...(row.source.from === 'person' && row.source.regions && { limited: true }),
  ...(row.hotfix?.makesWay && { makesWay: { ...row.hotfix.makesWay, by: row.hotfix.by, reason: row.hotfix.reason } }),
});

const refused = (code: OpenRefusal, reason: string): AuditedChange<OpenDeploymentResult> => ({
  result: { outcome: 'refused', code, reason },
  audit: [],
});

function newRelease(em: EntityManager, service: ServiceRow, source: MergeSource): ReleaseNumber {
  const number = service.nextRelease;
  service.nextRelease = (number + 1) as ReleaseNumber;
  const { commit, subject, authors, pusher } = storable(source);
  em.create(Release, {
    service: service.name,
    number,
    commit,
    subject,
    authors,
    pusher,
    state: 'building',
    createdAt: new Date(),
  });
  return number;
}

interface Mistake {
  readonly code: OpenRefusal;
  readonly reason: string;
}

/** Why a person can't have it. A rollback goes anywhere: the fire exit doesn't jam. */
async function mistakeOf(
  em: EntityManager,
  service: ServiceRow,
  kind: DeploymentKind,
  { release, althoughReverted = false }: PersonSource,
): Promise<Mistake | null> {
  const mistake = await releaseMistake(em, service, release);
  if (mistake !== null || kind === 'rollback' || althoughReverted) return mistake;
  const gone = await findTakenBack(em, service.name, release);
  return gone && { code: 'release-reverted', reason: takenBackText(service.name, release, gone) };
}

async function releaseMistake(em: EntityManager, service: ServiceRow, number: ReleaseNumber): Promise<Mistake | null> {
  const name = releaseName(service.name, number);
  const release = await em.findOne(Release, { service: service.name, number });
  if (release === null) return { code: 'release-not-found', reason: `there is no release ${name}` };
  return release.state === 'ready' || release.state === 'admitted'
    ? null
    : { code: 'release-not-ready', reason: `${name} can't be deployed: it is ${release.state}` };
}
