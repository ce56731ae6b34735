import { log } from '@temporalio/workflow';
import type { ActiveReach } from '../../domain/lane/lane-decisions.ts';
import { nextStep } from '../../domain/lane/lane.ts';
import type { DeploymentNumber } from '../../domain/names.ts';
import type { DeploymentOutcome } from '../../domain/states.ts';
import { lanes } from '../activity-options/control.ts';
import { faultReason } from '../faults.ts';
import type { LaneRun } from './lane-run.ts';
import { happened, showLane } from './lane-run.ts';
import { load } from './load.ts';
import { afterEnd } from './follow-up.ts';

/** Starts whatever is next, if anything may start. Starting what runs already changes nothing. */
export async function startNext(run: LaneRun): Promise<void> {
  const step = nextStep(run.state);
  if (step.do !== 'start' || run.held !== null) return;
  const { deployment } = step.deployment;
  // Active first: a message that comes while it starts must find it.
  happened(run, { kind: 'started', deployment });
  try {
    const answer = await lanes.startDeployment({ service: run.service, deployment });
    // Nothing was answered in a history of the version before.
    if ((answer as typeof answer | undefined)?.started === false) await load(run);
  } catch (error) {
    hold(run, `${run.service}/${deployment} can't be started: ${faultReason(error)}`);
  }
}

/** A signal can be lost with the workflow that should have sent it, so the lane asks; Postgres has the last word. */
export async function askAfterActive(run: LaneRun): Promise<void> {
  const { service, state } = run;
  if (state.active === null) return;
  const { deployment } = state.active;
  const { state: standing, outcome, reach } = await lanes.describeDeployment({ service, deployment });
  if (standing === 'queued') return void (await load(run));
  if (standing === 'recovering') {
    hold(run, `the workflow of ${service}/${deployment} is gone; nothing starts until recovery has ended it`);
    return;
  }
  if (standing === 'lost') {
    hold(run, `${service}/${deployment} was closed without an outcome; nothing starts until its regions are recovered`);
    return;
  }
  if (run.held !== null) hold(run, null);
  if (standing === 'ended' && outcome !== null) await ended(run, deployment, { outcome, reach });
}

async function ended(
  run: LaneRun,
  deployment: DeploymentNumber,
  end: { readonly outcome: DeploymentOutcome; readonly reach: ActiveReach },
): Promise<void> {
  await load(run); // with the lock that the end left behind, unless somebody has opened the lane since
  try {
    await afterEnd(run, deployment, end);
  } catch (error) {
    log.error('the end of a deployment was not followed up', { deployment, reason: faultReason(error) });
  }
}

function hold(run: LaneRun, reason: string | null): void {
  run.held = reason;
  showLane(run);
}
