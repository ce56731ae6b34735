import { LockMode } from '@mikro-orm/core';
import type { InferEntity } from '@mikro-orm/core';
import type { Obligation, SettleObligationInput } from '../../../activities/deployment-record/contract.ts';
import type { RecordedOutcome } from '../../../domain/goal/goal.ts';
import type { DeploymentNumber, RegionName } from '../../../domain/names.ts';
import { placeObligation } from '../../../domain/obligation/replaces.ts';
import type { EntityManager } from '../connect.ts';
import { storable } from '../storable.ts';
import type { AuditedChange, AuditEntry } from './audit-log.ts';
import { Deployment, ObligationRow, RegionOutcome, ServiceRegion } from './entities.ts';
import type { DeploymentRow } from './entities/deployment.ts';
import { lockKnownService } from './lock-service.ts';
import { deploymentName } from './object-names.ts';
import { becomeWhole } from './partial-success.ts';

type Row = InferEntity<typeof ObligationRow>;

export const obligationOf = ({
  service,
  region,
  deployment,
  local,
  kind,
  generation,
  controlRevision,
  reason,
}: Row): Obligation => ({
  service,
  region,
  deployment,
  kind,
  generation,
  controlRevision,
  reason,
  attempt: { deployment, local },
});

/** Keeps what a region still has to do. What it replaces goes; what would replace it keeps it out. */
export async function recordObligation(em: EntityManager, obligation: Obligation): Promise<AuditedChange<void>> {
  const { service, region, deployment } = obligation;
  await lockKnownService(em, service);
  const place = await em.findOne(ServiceRegion, { service, region });
  const owed = (await em.find(ObligationRow, { service, region })).map(obligationOf);
  const { stored, replaced } = placeObligation(owed, obligation, place?.writtenDeployment ?? 0);
  if (!stored) return { result: undefined, audit: [] };
  const audit = await closeObligations(em, replaced, deployment);
  const { attempt, kind, generation, controlRevision, reason } = storable(obligation);
  await em.insert(ObligationRow, {
    service,
    region,
    deployment,
    local: attempt.local,
    kind,
    generation,
    controlRevision,
    reason,
    recordedAt: new Date(),
  });
  return { result: undefined, audit: [...audit, entryOf('obligation-recorded', obligation)] };
}

/** A higher attempt stands in the region: what older ones still owe there is void (docs/goal-protocol.md §6). */
export async function dropOlderObligations(
  em: EntityManager,
  { service, region, deployment }: Pick<Obligation, 'service' | 'region' | 'deployment'>,
): Promise<AuditEntry[]> {
  const older = await em.find(ObligationRow, { service, region, deployment: { $lt: deployment } });
  return closeObligations(em, older.map(obligationOf), deployment);
}

/** Nothing is pending there any more. Only what the region did, or someone in it undid, is known to be its outcome. */
export async function settleObligation(
  em: EntityManager,
  { settlement, ...obligation }: SettleObligationInput,
): Promise<AuditedChange<void>> {
  const { service, region, deployment, kind, attempt, controlRevision } = obligation;
  await lockKnownService(em, service);
  const exactly = { service, region, deployment, kind, local: attempt.local, controlRevision };
  if ((await em.count(ObligationRow, exactly)) === 0) return { result: undefined, audit: [] };
  const row = await close(em, obligation);
  const outcome = settledOutcome(kind, settlement);
  showSettled(row, region, outcome);
  // A region that was skipped stays that once it has heard of it: it is why it stands where it does.
  const skipped = outcome === 'held' ? { outcome: { $ne: 'skipped' as const } } : {};
  if (outcome !== null) await em.nativeUpdate(RegionOutcome, { service, region, deployment, ...skipped }, { outcome });
  if (outcome === 'succeeded') {
    const { release } = row;
    await em.nativeUpdate(ServiceRegion, { service, region }, { release });
    // Others of the release may have waited for just this region; the newest of them is the one that makes it whole.
    const partial = { service, release, outcome: 'succeeded', partial: true } as const;
    const newest = await em.findOne(Deployment, partial, { orderBy: { number: 'desc' } });
    if (newest !== null) await becomeWhole(em, newest);
  }
  return { result: undefined, audit: [entryOf('obligation-settled', obligation, { settlement })] };
}

/** Its workflow has ended, and has last shown that the region does not answer: nobody else would take that back. */
function showSettled(row: DeploymentRow, of: RegionName, outcome: RecordedOutcome['outcome'] | null): void {
  if (outcome !== 'undone' && outcome !== 'succeeded') return;
  const state = outcome === 'undone' ? 'undone' : 'done';
  row.regions = row.regions.map((shown) =>
    shown.region === of && shown.state === 'unreachable' ? { ...shown, state, reason: null } : shown,
  );
}

const outcomeOf = { undo: 'undone', hold: 'held', finish: 'succeeded' } as const;

/** `null`: what was recorded when the deployment ended stays. */
function settledOutcome(
  kind: Obligation['kind'],
  settlement: SettleObligationInput['settlement'],
): RecordedOutcome['outcome'] | null {
  if (settlement === 'overtaken') return null;
  return settlement === 'undone' ? 'undone' : outcomeOf[kind];
}

/** Those of `successor` itself are only exchanged: the region stays pending for it. */
async function closeObligations(
  em: EntityManager,
  obligations: readonly Obligation[],
  successor: DeploymentNumber,
): Promise<AuditEntry[]> {
  for (const obligation of obligations) {
    if (obligation.deployment === successor) await em.nativeDelete(ObligationRow, keyOf(obligation));
    else await close(em, obligation);
  }
  return obligations.map((obligation) => entryOf('obligation-replaced', obligation));
}

/** The obligation goes, and with it the mark on its deployment that this region is pending. */
async function close(em: EntityManager, obligation: Obligation): Promise<DeploymentRow> {
  const { service, region, deployment: number } = obligation;
  await em.nativeDelete(ObligationRow, keyOf(obligation));
  await em.nativeUpdate(RegionOutcome, keyOf(obligation), { pending: false });
  const row = await em.findOneOrFail(Deployment, { service, number }, { lockMode: LockMode.PESSIMISTIC_WRITE });
  row.pending = row.pending.filter((name) => name !== region);
  return row;
}

const keyOf = ({ service, region, deployment }: Obligation) => ({ service, region, deployment });

function entryOf(
  verb: string,
  { service, region, deployment, kind, attempt, controlRevision, reason }: Obligation,
  more: AuditEntry['detail'] = {},
): AuditEntry {
  const object = deploymentName(service, deployment);
  return {
    actor: 'slipway',
    verb,
    object,
    detail: { region, kind, attempt, reason, ...more },
    key: `${verb}:${object}:${region}:${kind}:${attempt.local}:${controlRevision}`,
  };
}
