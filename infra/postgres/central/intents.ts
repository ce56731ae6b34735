import type { RecordedIntent, RecordIntentInput } from '../../../activities/deployment-record/contract.ts';
import type { RecordedOutcome } from '../../../domain/goal/goal.ts';
import { replacesIntent } from '../../../domain/goal/intent-order.ts';
import { deploymentNumber } from '../../../domain/names.ts';
import type { Generation } from '../../../domain/names.ts';
import type { EntityManager } from '../connect.ts';
import type { AuditedChange, AuditEntry } from './audit-log.ts';
import { Deployment, RegionOutcome, RegionSummaryRow, ServiceRegion } from './entities.ts';
import type { Intent, ServiceRegionRow } from './entities/service.ts';
import { lockKnownService } from './lock-service.ts';
import { dropOlderObligations } from './obligations.ts';
import { deploymentName } from './object-names.ts';

/**
 * Writes down what a step is about to write in a region. One that comes late (an activity that slept) changes nothing and is
 * answered all the same: the region itself fences it.
 */
export async function recordIntent(
  em: EntityManager,
  input: RecordIntentInput,
): Promise<AuditedChange<RecordedIntent | 'ended'>> {
  const { service, region, deployment } = input;
  await lockKnownService(em, service);
  if (await isOver(em, input)) return { result: 'ended', audit: [] };
  const stored = await em.findOne(ServiceRegion, { service, region });
  const summary = await em.findOne(RegionSummaryRow, { service, region });
  const heard = [stored?.centreGeneration ?? 0, summary?.summary.generation ?? 0, input.knownGeneration];
  const centreGeneration = Math.max(...heard) as Generation | 0;
  const row = keepIntent(em, stored, input, centreGeneration);
  await em.flush();
  const replaced = row.writtenDeployment === deployment ? await dropOlderObligations(em, input) : [];
  await openOutcome(em, input);
  const outcomes = await recordedOutcomes(em, input);
  return { result: { outcomes, centreGeneration }, audit: [intended(input), ...replaced] };
}

/**
 * Whether it would go forward after its end, as a workflow might that somebody has reset. What a region owes still is told
 * after the end: a finish, an undo, a hold.
 */
async function isOver(em: EntityManager, { service, deployment: number, mode, step }: RecordIntentInput) {
  if (mode !== 'advance' || step === 'finish') return false;
  return (await em.count(Deployment, { service, number, outcome: { $ne: null } })) > 0;
}

function keepIntent(
  em: EntityManager,
  stored: ServiceRegionRow | null,
  { service, region, deployment, attempt, step, mode, next, knownGeneration }: RecordIntentInput,
  centreGeneration: Generation | 0,
): ServiceRegionRow {
  const intent: Intent = { attempt, step, mode, next, knownGeneration };
  const intendedAt = new Date();
  const row = stored ?? em.create(ServiceRegion, { service, region, intent, intendedAt });
  row.centreGeneration = centreGeneration;
  // A deployment that knows a generation there heard the answer of a step of its own: it has written.
  if (knownGeneration > 0) row.writtenDeployment = Math.max(row.writtenDeployment, deployment);
  if (replacesIntent(intent, row.intent)) Object.assign(row, { intent, intendedAt });
  return row;
}

/** From its first step in a region on, a deployment counts there; its end says how it ended. */
async function openOutcome(em: EntityManager, { service, region, deployment }: RecordIntentInput): Promise<void> {
  const row = { service, region, deployment, outcome: 'unresolved' as const };
  await em.upsert(RegionOutcome, row, { onConflictAction: 'ignore' });
}

const first = deploymentNumber(1);

/**
 * Of the deployments before this one, from the last that the region is known to have heard the end of: its row can't be
 * older than that (docs/goal-protocol.md §3).
 */
async function recordedOutcomes(
  em: EntityManager,
  { service, region, deployment }: RecordIntentInput,
): Promise<RecordedOutcome[]> {
  const before = { service, region, deployment: { $lt: deployment } };
  const ended = { outcome: { $in: ['succeeded', 'undone', 'held'] as const }, pending: false };
  const heard = await em.findOne(RegionOutcome, { ...before, ...ended }, { orderBy: { deployment: 'desc' } });
  const rows = await em.find(
    RegionOutcome,
    {
      service,
      region,
      $and: [{ deployment: { $lt: deployment } }, { deployment: { $gte: heard?.deployment ?? first } }],
    },
    { orderBy: { deployment: 'asc' } },
  );
  return rows.map(({ deployment: number, outcome }) => ({ deployment: number, outcome }));
}

function intended({ service, deployment, region, attempt, step, mode, next }: RecordIntentInput): AuditEntry {
  const object = deploymentName(service, deployment);
  return {
    actor: 'slipway',
    verb: 'goal-intended',
    object,
    detail: { region, attempt, step, mode, next },
    key: `intent:${object}:${region}:${attempt.deployment}.${attempt.local}:${step}`,
  };
}
