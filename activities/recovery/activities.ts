import { ApplicationFailure, Context } from '@temporalio/activity';
import { plannedRegions } from '../../domain/plan/plan.ts';
import type { BlobStore } from '../blob-store.ts';
import { startOf } from '../lane/deployment-start.ts';
import type { DeploymentStart } from '../lane/deployment-workflows.ts';
import type { DeploymentRef } from '../lane/lane-records.ts';
import type { PlanDeploymentResult } from '../release/contract.ts';
import { readPlan } from '../release/read-plan.ts';
import type { LostDeployment, RecoveryActivities } from './contract.ts';
import type { LostRecords, StoredStanding } from './lost-records.ts';
import type { LostWorkflows } from './lost-workflows.ts';

export interface RecoveryDependencies {
  readonly records: LostRecords;
  readonly workflows: LostWorkflows;
  /** Where plans are kept. */
  readonly store: BlobStore;
  /** Plans a deployment anew, as it was planned: the version before noted no digest. */
  readonly plan: (start: DeploymentStart) => Promise<PlanDeploymentResult>;
}

export function createRecoveryActivities(dependencies: RecoveryDependencies): RecoveryActivities {
  const { records, workflows } = dependencies;
  return {
    async takeOverDeployment({ service, deployment }): Promise<LostDeployment> {
      const ref = { service, deployment };
      const closed = await workflows.closeDeployment(ref);
      // Only now: what it wrote before it was closed can't be missed.
      const planned = await plannedOf(dependencies, await standingOf(records, ref));
      const regions = planned === null ? [] : plannedRegions(planned.plan);
      await workflows.closeRollouts(ref, regions);
      const { deployment: row, ...standing } = await standingOf(records, ref);
      return { ...lostOf(standing), start: startOf(row), outcome: row.outcome, planned, closed };
    },

    followRegionUndo: ({ service, deployment, region }) =>
      workflows.untilRegionUndone({ service, deployment }, region, Context.current().cancellationSignal),
  };
}

const lostOf = (standing: Omit<StoredStanding, 'deployment'>) => {
  const { planDigest: _, hooks = [], previousRelease = null, ...known } = standing;
  return { ...known, hooks, previousRelease };
};

async function standingOf(records: LostRecords, ref: DeploymentRef): Promise<StoredStanding> {
  const standing = await records.readStanding(ref);
  if (standing !== null) return standing;
  throw ApplicationFailure.nonRetryable(
    `there is no deployment ${ref.service}/${ref.deployment} in the central database`,
    'not-recorded',
  );
}

async function plannedOf(
  { store, plan: planAnew }: RecoveryDependencies,
  { planDigest, touched, deployment }: StoredStanding,
): Promise<LostDeployment['planned']> {
  if (planDigest === null) {
    if (touched.length === 0) return null;
    const planned = await planAnew(startOf(deployment));
    if (planned.outcome === 'planned') return planned;
    throw ApplicationFailure.retryable(`it can't be planned anew: ${planned.reason}`, 'plan-missing');
  }
  const plan = await readPlan(store, planDigest);
  if (plan !== null) return { plan, planDigest };
  // Retried: without its plan a deployment can't be ended rightly, and whoever mends the store lets it go on.
  throw ApplicationFailure.retryable(`the plan ${planDigest} is not in the central store`, 'plan-missing');
}
