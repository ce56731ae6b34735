import { TypedSearchAttributes } from '@temporalio/common';
import { CancellationScope, ChildWorkflowCancellationType, ParentClosePolicy, startChild } from '@temporalio/workflow';
import type { Stop } from '../../domain/deployment/ending.ts';
import type { RegionName } from '../../domain/names.ts';
import type { RegionReport, RegionRolloutInput, RegionRolloutResult } from '../messages/region.ts';
import { regionRolloutWorkflowId } from '../messages/region.ts';
import { regionRollout } from '../region-rollout/region-rollout.ts';
import { searchAttribute } from '../search-attributes.ts';
import type { DeploymentRun } from './deployment-run.ts';
import { mayGoOn, nameOf, plannedOf, regionOf, releaseOf, showRegion } from './deployment-run.ts';
import { tellRegions } from './go-on.ts';
import { record } from './record.ts';
import { failed } from './stop.ts';

/** Brings the release to one region, and keeps it in view until nobody needs that; its undo is registered first. */
export async function bringTo(run: DeploymentRun, region: RegionName): Promise<Stop | null> {
  const at = regionOf(run, region);
  at.touched = true;
  at.running = true;
  // No longer just `ready`: from here on it counts as begun, whatever is heard of it.
  showRegion(run, region, { state: 'rolling' });
  const input = inputOf(run, region);
  const child = await unlessCancelled(startRegion(run, input));
  run.children.set(region, child);
  if (mayGoOn(run) === input.paused) await tellRegions(run);
  const result = await unlessCancelled(child.result());
  // Of one that was skipped a moment ago this says nothing any more.
  if (at.skipped) return null;
  over(run, region, result);
  return result.outcome === 'ready' ? null : failed(result.reason);
}

/**
 * Rejects as soon as the scope is cancelled. Of a child that is cancelled before the news of its start has come, the SDK
 * tells neither start nor end, though Temporal's history has both.
 */
const unlessCancelled = <T>(answer: Promise<T>): Promise<T> =>
  Promise.race([answer, CancellationScope.current().cancelRequested]);

/** Not waited for when it is cancelled: an undo waits for nobody. */
const startRegion = (run: DeploymentRun, input: RegionRolloutInput) =>
  startChild(regionRollout, {
    workflowId: regionRolloutWorkflowId(input.service, input.attempt.deployment, input.region),
    args: [input],
    parentClosePolicy: ParentClosePolicy.TERMINATE,
    cancellationType: ChildWorkflowCancellationType.TRY_CANCEL,
    staticSummary: `${releaseOf(run)} to ${input.region}`,
    staticDetails: `Part of ${nameOf(run)}. Batches: ${input.batches.length}. ${budgetText(input)}`,
    typedSearchAttributes: new TypedSearchAttributes([
      { key: searchAttribute.service, value: input.service },
      { key: searchAttribute.release, value: releaseOf(run) },
      { key: searchAttribute.region, value: [input.region] },
    ]),
  });

const budgetText = ({ budget }: RegionRolloutInput): string =>
  `It stops when more hosts fail than ${budget.failedPercent} % of those that have switched, or than ${budget.cap}.`;

function inputOf(run: DeploymentRun, region: RegionName): RegionRolloutInput {
  const { plan } = plannedOf(run);
  const { stage, attempt } = regionOf(run, region);
  const { batches, bakeMs } = plan.stages[stage]!;
  if (run.admission === null) throw new Error(`${releaseOf(run)} is not admitted`);
  return {
    service: plan.service,
    region,
    attempt,
    next: plan.release,
    admission: run.admission,
    batches,
    budget: plan.budget,
    batchTimeoutMs: plan.batchTimeoutMs,
    absentAfterMs: plan.absentAfterMs,
    bakeMs,
    paused: !mayGoOn(run),
    controlRevision: run.controlRevision,
    tellSequence: run.tellSequence,
    position: null,
  };
}

function over(run: DeploymentRun, region: RegionName, result: RegionRolloutResult): void {
  const { attempt, generation, progress } = result;
  run.children.delete(region);
  const at = regionOf(run, region);
  Object.assign(at, { attempt, generation, held: false, running: false });
  showRegion(run, region, progress);
  if (!at.ready) showState(run);
  if (result.outcome === 'stop') record(run, { event: 'region-stopped', message: result.reason });
}

/** A stage bakes when each of its regions that is not ready does. */
export function showState(run: DeploymentRun): void {
  const running = [...run.regions.values()].filter((region) => region.running && !region.ready);
  const watched = running.length > 0 || run.gates.metrics !== null;
  const baking = watched && running.every(({ progress }) => progress.state === 'baking');
  run.state = baking ? 'baking' : 'rolling';
}

/** What a region's rollout tells while it runs; a report that comes after its end is old. */
export async function regionReported(run: DeploymentRun, report: RegionReport): Promise<void> {
  const at = run.regions.get(report.region);
  if (at === undefined || !at.running || run.stop !== null) return;
  const { held, attempt, generation, event, message, ...progress } = report;
  const heldChanged = at.held !== held;
  const wasReady = at.ready;
  Object.assign(at, { held, attempt, generation, ready: at.ready || progress.state === 'done' });
  showRegion(run, report.region, { ...progress, held: held ? true : undefined });
  // What it tells when its stage is over is about no stage that goes on now.
  if (!wasReady) showState(run);
  record(run, { event, message });
  if (heldChanged) await tellRegions(run);
}
