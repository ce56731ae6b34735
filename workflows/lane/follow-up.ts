/** What a rollback still needs when the deployment that it is about has ended, or its lane was closed. */
import { patched } from '@temporalio/workflow';
import type { LaneRecord } from '../../activities/lane/contract.ts';
import { makesWay } from '../../domain/lane/hotfix.ts';
import type { ActiveReach } from '../../domain/lane/lane-decisions.ts';
import type { OpenDeployment } from '../../domain/lane/lane.ts';
import { followUp, type PendingRollback } from '../../domain/lane/rollback-follow-up.ts';
import type { DeploymentNumber } from '../../domain/names.ts';
import type { DeploymentOutcome } from '../../domain/states.ts';
import { lanes } from '../activity-options/control.ts';
import { faultReason } from '../faults.ts';
import { now } from '../now.ts';
import { abort, standingOfActive } from './abort-active.ts';
import type { LaneRun } from './lane-run.ts';
import { happened } from './lane-run.ts';
import { becauseOf, open } from './rollback.ts';

/** Corrects what was decided while the deployment still went on. */
export async function afterEnd(run: LaneRun, deployment: DeploymentNumber, end: End): Promise<void> {
  const pending = run.rollback;
  if (pending?.of !== deployment) return;
  run.rollback = null;
  await seenTo(run, pending, await correct(run, pending, end));
}

interface End {
  readonly outcome: DeploymentOutcome;
  readonly reach: ActiveReach;
}

/** `null` when it is done, else why that can't be: only faults that don't heal get here. */
async function correct(run: LaneRun, pending: PendingRollback, { outcome, reach }: End): Promise<string | null> {
  try {
    const next = followUp(pending, outcome, reach);
    if (next === 'cancel' && pending.opened !== null) await cancel(run, pending, pending.opened);
    return next === 'open' ? await openAfter(run, pending) : null;
  } catch (error) {
    // Nothing was said of it in histories of the version before.
    if (!patched('follow-up-is-refused')) throw error;
    return faultReason(error);
  }
}

async function cancel(run: LaneRun, { of, by }: PendingRollback, deployment: DeploymentNumber): Promise<void> {
  const reason = `${run.service}/${of} was undone instead`;
  await lanes.cancelDeployment({ service: run.service, deployment, by, reason });
  happened(run, { kind: 'ended', deployment, lock: null });
}

async function openAfter(run: LaneRun, pending: PendingRollback): Promise<string | null> {
  const lock = run.state.lock ?? { owner: pending.by, reason: 'rollback', since: now() };
  const opened = await open(run, pending, lock, {});
  return opened.outcome === 'refused' ? opened.message : null;
}

/** Nobody waits for an answer any more, so a refusal is recorded where people look. */
async function seenTo(run: LaneRun, { of, by, key }: PendingRollback, reason: string | null): Promise<void> {
  if (!patched('rollback-is-recorded')) return;
  const refusal = reason !== null && { refused: { by, key, reason } };
  await lanes.recordRollback({ service: run.service, of, rollback: null, ...refusal });
}

/** What a lane that was closed had begun: the abort may not have been sent, and its end may not have been followed up. */
export async function adopt(run: LaneRun, { rollbackIsLate }: Pick<LaneRecord, 'rollbackIsLate'>): Promise<void> {
  const { rollback: pending, service, state } = run;
  for (const { makesWay, deployment } of state.queue)
    if (makesWay !== undefined && makesWay.of === state.active?.deployment)
      await makeWayAgain(run, makesWay, deployment);
  if (pending === null) return;
  const { of } = pending;
  if (state.active?.deployment === of) return abort(run, of, becauseOf(pending));
  // What runs by now is not what its person wanted gone.
  if (rollbackIsLate !== undefined) {
    run.rollback = null;
    return seenTo(
      run,
      pending,
      `${service}/${rollbackIsLate} has begun since: ask for it again, if it is still wanted`,
    );
  }
  const { state: standing, outcome, reach } = await lanes.describeDeployment({ service, deployment: of });
  if (standing === 'ended' && outcome !== null) await afterEnd(run, of, { outcome, reach });
}

async function makeWayAgain(
  run: LaneRun,
  { of, hold, by, reason }: NonNullable<OpenDeployment['makesWay']>,
  hotfix: DeploymentNumber,
): Promise<void> {
  const way = makesWay(run.state, { ...(await standingOfActive(run)), hold });
  if (way === null || way.how === 'awaited') return;
  const why = `hotfix ${run.service}/${hotfix}: ${reason}`.slice(0, 500);
  await abort(run, of, { by, reason: why, hold });
}
