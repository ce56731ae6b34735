import { TypedSearchAttributes, WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { ParentClosePolicy, condition, getExternalWorkflowHandle, startChild } from '@temporalio/workflow';
import type { RegionUndoEnd } from '../../activities/recovery/contract.ts';
import type { Stop } from '../../domain/deployment/ending.ts';
import { undoEnd } from '../../domain/deployment/ending.ts';
import { notUndoneText } from '../../domain/progress/not-undone-text.ts';
import { hasUndosLeft } from '../../domain/hook/next-undo.ts';
import type { RegionName } from '../../domain/names.ts';
import { regionUndoDetails } from '../../domain/progress/details.ts';
import { undosBegunBefore } from '../activity-options/control.ts';
import { regionUndoForHooksMs } from '../activity-options/build.ts';
import type { RegionUndoInput } from '../messages/region.ts';
import { endRegionUndoSignal, regionUndoWorkflowId } from '../messages/region.ts';
import { regionUndo } from '../region-undo.ts';
import { searchAttribute } from '../search-attributes.ts';
import type { DeploymentRun } from './deployment-run.ts';
import { nameOf, plannedOf, regionOf, releaseOf, showRegion, touchedRegions } from './deployment-run.ts';
import type { Ended, RegionEnd } from './ended.ts';
import { inTouchedRegions, outcomesOf } from './ended.ts';
import { owe, showOwed } from './owe.ts';
import { enter, record } from './record.ts';
import { regionsWithHooks, undoHooks } from './undo-hooks.ts';

/**
 * Brings every region that may have heard of the deployment back to its base. Regions that can't be reached owe it, and
 * don't hold up the others. Called where nothing can be cancelled.
 */
export async function undo(run: DeploymentRun, stop: Stop): Promise<Ended> {
  run.stage = null;
  run.undoUntil = new Date(Date.now() + plannedOf(run).plan.undoDeadlineMs).toISOString();
  for (const [region] of touchedRegions(run)) showRegion(run, region, { state: 'undoing', reason: null });
  enter(run, 'undoing', { actor: stop.by, event: 'undo-started', message: stop.reason });
  const pending = await whileNotLate(run, () => undoRegions(run));
  await undoHooks(run, null);
  // Also where it is pending: the next deployment there must not keep this one's release.
  const regions = outcomesOf(run, 'undone');
  const owing = pending.map((region) => ({ region, why: regionOf(run, region).progress.reason ?? 'does not answer' }));
  const left = [...run.leftHosts].map(([region, counts]) => ({ region, counts }));
  const { outcome, notUndone } = undoEnd(run.hooks, owing, left, releaseOf(run));
  if (notUndone.length === 0) return { outcome, by: stop.by, reason: stop.reason, regions, pending };
  const reason = `${stop.reason}; not undone: ${notUndone.map(notUndoneText).join('; ')}`;
  return { outcome, by: stop.by, reason, regions, pending, notUndone };
}

/** Hosts go back at once and wait for nothing; the hooks of a region after them. Those of no region after all of this. */
async function undoRegions(run: DeploymentRun): Promise<readonly RegionName[]> {
  const untouched = regionsWithHooks(run).filter((region) => !regionOf(run, region).touched);
  const [pending] = await Promise.all([
    inTouchedRegions(run, 'undo', async (region) => {
      try {
        return await undoRegion(run, region);
      } finally {
        await undoHooks(run, region);
      }
    }),
    ...untouched.map((region) => undoHooks(run, region)),
  ]);
  return pending;
}

/** Undos of hooks wait for regions as long as it takes; past the planned time that is shown, with what a person can do. */
async function whileNotLate<T>(run: DeploymentRun, work: () => Promise<T>): Promise<T> {
  const result = work();
  if (!hasUndosLeft(run.hooks)) return result;
  let over = false;
  const ended = result.finally(() => (over = true));
  ended.catch(() => undefined); // awaited below
  const ms = plannedOf(run).plan.undoDeadlineMs;
  if (!(await condition(() => over, ms, { summary: 'regions have to be undone before hooks' }))) {
    run.undoIsLate = true;
    record(run, { event: 'undo-late', message: 'not all regions are undone, and undos of hooks wait for them' });
  }
  await ended.catch(() => undefined);
  run.undoIsLate = false;
  return ended;
}

/** Undos of hooks come after all regions, or after a person has ended the waiting: a region that owes is asked again. */
const hooksWaitFor = (run: DeploymentRun): boolean => hasUndosLeft(run.hooks) && run.undoEnded === null;
const askAgainMs = 30_000;

async function undoRegion(run: DeploymentRun, region: RegionName): Promise<RegionEnd> {
  const undo = await startUndo(run, region);
  void passOnEnd(run, undo);
  const { outcome, reason, left } = await undo.result();
  if ((outcome === 'lost' || outcome === 'pending') && hooksWaitFor(run)) {
    await condition(() => run.undoEnded !== null, askAgainMs, { summary: `${region} is asked again to go back` });
    if (run.undoEnded === null) return undoRegion(run, region);
  }
  if (outcome === 'lost') {
    await owe(run, region, 'undo', reason ?? 'nobody waits for its hosts');
    return 'pending';
  }
  if (outcome === 'pending') {
    showOwed(run, region, 'undo', reason ?? 'does not answer');
    return 'pending';
  }
  if (outcome === 'superseded') showSuperseded(run, region, reason ?? 'the region went on');
  else showUndone(run, region, reason);
  if (left !== undefined) run.leftHosts.set(region, left);
  return 'done';
}

function showUndone(run: DeploymentRun, region: RegionName, reason: string | null): void {
  showRegion(run, region, { state: 'undone', reason });
  record(run, { event: 'region-undone', message: `${region} is undone${reason === null ? '' : `: ${reason}`}` });
}

/** A later goal stands there: this deployment has nothing more to say, and owes nothing, but it did not undo the region. */
function showSuperseded(run: DeploymentRun, region: RegionName, why: string): void {
  showRegion(run, region, { state: 'skipped', reason: `not undone: ${why}` });
  record(run, { event: 'region-not-undone', message: `${region} is not undone: ${why}` });
}

interface RegionUndoing {
  result(): Promise<RegionUndoEnd>;
  /** A person doesn't wait for it any longer. */
  end(reason: string): Promise<void>;
}

/** One that runs already survived an earlier run of this deployment: it does what is needed, and is followed. */
async function startUndo(run: DeploymentRun, region: RegionName): Promise<RegionUndoing> {
  const input = inputOf(run, region);
  const workflowId = regionUndoWorkflowId(run.input.service, run.input.deployment, region);
  try {
    const child = await startChild(regionUndo, {
      workflowId,
      args: [input],
      parentClosePolicy: ParentClosePolicy.ABANDON,
      staticSummary: `undo of ${nameOf(run)} in ${region}`,
      staticDetails: regionUndoDetails(input.service, `Why: ${run.stop?.reason ?? 'nobody said'}`),
      typedSearchAttributes: new TypedSearchAttributes([
        { key: searchAttribute.service, value: run.input.service },
        { key: searchAttribute.region, value: [region] },
      ]),
    });
    return { result: () => child.result(), end: (reason) => child.signal(endRegionUndoSignal, { reason }) };
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return begunBefore(input, workflowId);
    throw error;
  }
}

const begunBefore = ({ service, region, attempt, deadlineMs }: RegionUndoInput, workflowId: string): RegionUndoing => ({
  result: () => undosBegunBefore(deadlineMs).followRegionUndo({ service, deployment: attempt.deployment, region }),
  end: (reason) => getExternalWorkflowHandle(workflowId).signal(endRegionUndoSignal, { reason }),
});

function inputOf(run: DeploymentRun, region: RegionName): RegionUndoInput {
  const { plan } = plannedOf(run);
  const { attempt, generation } = regionOf(run, region);
  return {
    service: plan.service,
    region,
    attempt,
    next: plan.release,
    controlRevision: run.controlRevision,
    knownGeneration: generation,
    absentAfterMs: plan.absentAfterMs,
    deadlineMs: hasUndosLeft(run.hooks) ? regionUndoForHooksMs : plan.undoDeadlineMs,
  };
}

async function passOnEnd(run: DeploymentRun, undo: RegionUndoing): Promise<void> {
  await condition(() => run.undoEnded !== null);
  const reason = run.undoEnded ?? '';
  await undo.end(reason).catch(() => undefined); // undone meanwhile
}
