import { log } from '@temporalio/workflow';
import type { ObligationKind, RecordedIntent } from '../../activities/deployment-record/contract.ts';
import type { GoalMode } from '../../domain/goal/goal.ts';
import type { RegionName } from '../../domain/names.ts';
import { records } from '../activity-options/control.ts';
import { faultReason } from '../faults.ts';
import type { DeploymentRun } from './deployment-run.ts';
import { plannedOf, regionOf, showRegion } from './deployment-run.ts';
import { record } from './record.ts';

/** The centre writes down what the region is about to hear. */
export function intend(run: DeploymentRun, region: RegionName, step: string, mode: GoalMode): Promise<RecordedIntent> {
  const { service, deployment } = run.input;
  const { attempt, generation } = regionOf(run, region);
  const next = plannedOf(run).plan.release;
  return records.recordIntent({ service, deployment, region, attempt, step, mode, next, knownGeneration: generation });
}

/** What the region could not be told becomes an obligation; the deployment doesn't wait for it any longer. */
export async function owe(run: DeploymentRun, region: RegionName, kind: ObligationKind, reason: string): Promise<void> {
  await recordOwed(run, region, kind, reason);
  showOwed(run, region, kind, reason);
}

export async function recordOwed(
  run: DeploymentRun,
  region: RegionName,
  kind: ObligationKind,
  reason: string,
): Promise<void> {
  const { service, deployment } = run.input;
  const { attempt, generation } = regionOf(run, region);
  const { controlRevision } = run;
  const obligation = { service, deployment, region, kind, attempt, generation, controlRevision, reason };
  try {
    await records.recordObligation(obligation);
  } catch (error) {
    // Only a terminal fault gets here: the outcome must be recorded all the same, or the service stays held.
    log.error('an obligation was not recorded', { region, kind, why: faultReason(error) });
  }
}

export function showOwed(run: DeploymentRun, region: RegionName, kind: ObligationKind, reason: string): void {
  showRegion(run, region, { state: 'unreachable', reason });
  record(run, { event: 'region-pending', message: `${region} owes ${kind}: ${reason}` });
}
