import type { LaneLock } from '../../domain/lane/lane.ts';
import { nextStep } from '../../domain/lane/lane.ts';
import type { DeploymentNumber } from '../../domain/names.ts';
import type { DeploymentOutcome } from '../../domain/states.ts';
import { lanes } from '../activity-options/control.ts';
import { faultReason } from '../faults.ts';
import type { LaneRun } from './lane-run.ts';
import { happened, showLane } from './lane-run.ts';
import { load } from './load.ts';
import { afterEnd } from './rollback.ts';

/** Starts whatever is next, if anything may start. Starting what runs already changes nothing. */
export async function startNext(run: LaneRun): Promise<void> {
  const step = nextStep(run.state);
  if (step.do !== 'start' || run.held !== null) return;
  const { deployment } = step.deployment;
  // Active first: a message that comes while it starts must find it.
  happened(run, { kind: 'started', deployment });
  const summary = `start ${run.service}/${deployment}`;
  try {
    await lanes.startDeployment.executeWithOptions({ summary }, [{ service: run.service, deployment }]);
  } catch (error) {
    hold(run, `${run.service}/${deployment} can't be started: ${faultReason(error)}`);
  }
}

/** A signal can be lost with the workflow that should have sent it: the lane asks how its deployment is. */
export async function askAfterActive(run: LaneRun): Promise<void> {
  const { service, state } = run;
  if (state.active === null) return;
  const { deployment } = state.active;
  const end = await lanes.describeDeployment({ service, deployment });
  if (end.state === 'lost') {
    hold(run, `${service}/${deployment} was closed without an outcome; nothing starts until its regions were recovered`);
  }
  if (end.state === 'running' && run.held !== null) release(run);
  if (end.state !== 'ended' || end.outcome === null) return;
  await load(run); // with the lock that its end left behind
  await ended(run, deployment, end.outcome, run.state.lock);
}

export async function ended(
  run: LaneRun,
  deployment: DeploymentNumber,
  outcome: DeploymentOutcome,
  lock: LaneLock | null,
): Promise<void> {
  if (run.state.active?.deployment === deployment) run.held = null;
  happened(run, { kind: 'ended', deployment, lock });
  await afterEnd(run, deployment, outcome);
}

function hold(run: LaneRun, reason: string): void {
  run.held = reason;
  showLane(run);
}

function release(run: LaneRun): void {
  run.held = null;
  showLane(run);
}
