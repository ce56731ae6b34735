import { LockMode } from '@mikro-orm/core';
import type { DeploymentProgress, HookChange } from '../../../activities/deployment-record/contract.ts';
import type { DeploymentRecords, HoldAnswer } from '../../../activities/deployment-record/deployment-records.ts';
import type { DeploymentRef } from '../../../activities/lane/lane-records.ts';
import { hookName } from '../../../domain/hook/hook.ts';
import { withChanged } from '../../../domain/progress/region-progress.ts';
import type { Database, EntityManager } from '../connect.ts';
import { storable } from '../storable.ts';
import { changeAudited } from './audit-log.ts';
import type { AuditedChange, AuditEntry } from './audit-log.ts';
import { markBrokenGlass } from './broken-glass.ts';
import { Deployment } from './entities.ts';
import type { DeploymentRow } from './entities/deployment.ts';
import { finishDeployment } from './finish-deployment.ts';
import { keepHookRun } from './hook-runs.ts';
import { lockService } from './lock-service.ts';
import { deploymentName } from './object-names.ts';

/** @see DeploymentRecords */
export function createDeploymentRecords(database: Database): DeploymentRecords {
  return {
    hold: (ref) => changeAudited(database, (em) => hold(em, ref)),
    showProgress: (progress) => changeAudited(database, (em) => showProgress(em, progress)),
    markPointOfNoReturn: (ref) => changeAudited(database, (em) => markPointOfNoReturn(em, ref)),
    markBrokenGlass: (glass) => changeAudited(database, (em) => markBrokenGlass(em, glass)),
    finish: (end) => changeAudited(database, (em) => finishDeployment(em, end)),
  };
}

async function hold(
  em: EntityManager,
  { service: name, deployment }: DeploymentRef,
): Promise<AuditedChange<HoldAnswer>> {
  const service = await lockService(em, name);
  const row = await em.findOne(Deployment, { service: name, number: deployment });
  if (service === null || row === null) return { result: { outcome: 'unknown' }, audit: [] };
  // A late repeat: held now, the service would never be free again.
  if (row.outcome) return { result: { outcome: 'ended' }, audit: [] };
  const holder = service.holder ?? deployment;
  if (holder !== deployment) return { result: { outcome: 'busy', holder }, audit: [] };
  service.holder = deployment;
  const object = deploymentName(name, deployment);
  const entry = { actor: 'slipway', verb: 'service-held', object, detail: {}, key: `hold:${object}` };
  return { result: { outcome: 'held' }, audit: [entry] };
}

async function showProgress(
  em: EntityManager,
  progress: DeploymentProgress,
): Promise<AuditedChange<'shown' | 'dropped' | 'unknown'>> {
  const { service, deployment: number, sequence } = progress;
  const row = await em.findOne(Deployment, { service, number }, { lockMode: LockMode.PESSIMISTIC_WRITE });
  if (row === null) return { result: 'unknown', audit: [] };
  const audit = [progressEntry(progress)];
  const { hook } = progress;
  if (hook !== undefined) await keepHookRun(em, { ...progress, hook });
  // What is shown never goes back; that it happened is recorded all the same, once.
  if (row.outcome || sequence <= row.sequence) return { result: 'dropped', audit };
  show(row, storable(progress));
  return { result: 'shown', audit };
}

function show(row: DeploymentRow, progress: DeploymentProgress): void {
  const { sequence, state, stage, paused, held, waiting, waitingFor = null, approvals } = progress;
  const regions = withChanged(row.regions, progress.regions);
  const standing = { state, stage, paused, held, waitingFor };
  if (!isSameStanding(row, standing)) row.since = new Date();
  if (stopping.has(progress.event)) row.reason = progress.message;
  if (progress.stop) row.stop = progress.stop;
  Object.assign(row, { ...standing, sequence, waiting, regions, approvals });
}

/** Their message says why it goes forward no more. */
const stopping: ReadonlySet<string> = new Set(['abort', 'reject', 'hold-started', 'undo-started']);

type Standing = Pick<DeploymentProgress, 'state' | 'stage' | 'paused' | 'held' | 'waitingFor'>;

const isSameStanding = (row: DeploymentRow, { state, stage, paused, held, waitingFor }: Standing): boolean =>
  row.state === state &&
  (row.stage ?? null) === stage &&
  row.paused === paused &&
  row.held === held &&
  (row.waitingFor ?? null) === waitingFor;

function progressEntry(progress: DeploymentProgress): AuditEntry {
  const { service, deployment, sequence, state, stage, paused, held, waiting, actor, event, message, hook } = progress;
  const object = deploymentName(service, deployment);
  return {
    actor,
    verb: event,
    object,
    detail: { sequence, state, stage, paused, held, waiting, message, ...(hook && { hook: hookDetail(hook) }) },
    key: `progress:${object}:${sequence}`,
  };
}

async function markPointOfNoReturn(
  em: EntityManager,
  { service, deployment: number }: DeploymentRef,
): Promise<AuditedChange<'recorded' | 'unknown'>> {
  const row = await em.findOne(Deployment, { service, number }, { lockMode: LockMode.PESSIMISTIC_WRITE });
  if (row === null) return { result: 'unknown', audit: [] };
  row.pointOfNoReturn = true;
  const object = deploymentName(service, number);
  const entry = { actor: 'slipway', verb: 'point-of-no-return', object, detail: {}, key: `no-return:${object}` };
  return { result: 'recorded', audit: [entry] };
}

/** What it printed is named by its digest: that may be a megabyte. */
function hookDetail({ log, ...hook }: HookChange) {
  return { ...hook, place: hookName(hook), log: log?.digest ?? null };
}
