import { CancellationScope, log, setCurrentDetails, upsertSearchAttributes } from '@temporalio/workflow';
import type { DeploymentProgress, HookChange } from '../../activities/deployment-record/contract.ts';
import { deploymentDetails } from '../../domain/progress/details.ts';
import { records } from '../activity-options/control.ts';
import { searchAttribute } from '../search-attributes.ts';
import type { DeploymentRun } from './deployment-run.ts';
import { shownOf, whyNow } from './standing.ts';

export interface Change {
  /** A person, or `slipway`. */
  readonly actor?: string;
  /** Stable, for machines. */
  readonly event: string;
  /** One sentence for people. */
  readonly message: string;
  readonly hook?: HookChange;
}

/**
 * Shows a change of state and records it, in order. Nothing waits for the record but the end of the deployment: an undo
 * must not stand behind a database that is away.
 */
export function record(run: DeploymentRun, { actor = 'slipway', event, message, hook }: Change): void {
  run.sequence += 1;
  const { service, deployment } = run.input;
  const shown = shownOf(run);
  setCurrentDetails(deploymentDetails({ ...run.input, ...shown, message, why: whyNow(run) }));
  const regions = shown.regions.filter((progress) => run.recordedRegions.get(progress.region) !== progress);
  for (const progress of regions) run.recordedRegions.set(progress.region, progress);
  const { sequence } = run;
  const { stop } = run;
  const progress: DeploymentProgress = {
    service,
    deployment,
    sequence,
    ...shown,
    stop,
    regions,
    actor,
    event,
    message,
    ...(hook && { hook }),
  };
  run.recorded = run.recorded.then(() => send(progress));
}

/** Enters a state, which people may search for, and records it. */
export function enter(run: DeploymentRun, state: DeploymentProgress['state'], change: Change): void {
  run.state = state;
  upsertSearchAttributes([{ key: searchAttribute.stage, value: run.stage ?? state }]);
  record(run, change);
}

async function send(progress: DeploymentProgress): Promise<void> {
  try {
    await CancellationScope.nonCancellable(() => records.recordProgress(progress));
  } catch (error) {
    // Only a terminal fault gets here. Hosts must not pay for a record that can't be made.
    log.error('a change of state was not recorded', { event: progress.event, sequence: progress.sequence, error });
  }
}
