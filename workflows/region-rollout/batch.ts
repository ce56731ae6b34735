import { CancellationScope, condition, isCancellation, sleep } from '@temporalio/workflow';
import { knownMissing, withoutText } from '../../domain/progress/missing-hosts.ts';
import { counted, digits } from '../../domain/progress/plain-text.ts';
import type { AdvanceRegionResult, BatchFixed } from '../../activities/goals/contract.ts';
import { batchSteps, firstBatchSteps } from '../activity-options/region.ts';
import { endedByCancel } from '../faults.ts';
import { answered } from './answered.ts';
import { follow } from './follow.ts';
import { hold } from './hold.ts';
import { intend } from './intend.ts';
import type { RegionRun, Step } from './region-run.ts';
import { begunGeneration, report } from './region-run.ts';
import { ruled, watchBatch } from './watch.ts';

/** How often a region without a live host is asked again: seldom enough that a weekend of it costs little history. */
const noHostRetryMs = 15_000;

/** Allows the batch and watches it: `done` when it is good. */
export async function runBatch(run: RegionRun, batch: number): Promise<Step> {
  if (run.allowedBatch < batch) await untilNotPaused(run);
  const allowed = await allow(run, batch);
  return allowed === 'done' ? watchBatch(run, batch) : allowed;
}

async function untilNotPaused(run: RegionRun): Promise<void> {
  if (!run.paused) return;
  report(run, { event: 'region-paused', message: `${run.input.region} starts no batch: paused`, reason: 'paused' });
  await condition(() => !run.paused);
  report(run, { event: 'region-resumed', message: `${run.input.region} goes on`, reason: null });
}

async function allow(run: RegionRun, batch: number): Promise<Step> {
  const allowed = await unlessPaused(run, batch, () => advance(run, batch));
  if (allowed === null) return 'again';
  if (allowed.outcome === 'fenced') return follow(run, allowed);
  if (allowed.outcome === 'waiting') return waitForHosts(run, allowed.reason);
  if (allowed.outcome !== 'written') return ruled(run, allowed);
  run.generation = allowed.answer.generation;
  if (run.allowedBatch < batch) reportAllowed(run, batch, allowed.batch);
  run.allowedBatch = batch;
  return 'done';
}

/**
 * `null` when a pause came first: a batch that could not be written yet is taken back, as it would begin whenever the
 * region can be reached, in the middle of the pause. A try that runs has its say: what it wrote has begun, and is watched.
 * A batch that was allowed before is only asked about again.
 */
async function unlessPaused<T>(run: RegionRun, batch: number, write: () => Promise<T>): Promise<T | null> {
  const scope = new CancellationScope();
  let over = false;
  const result = scope.run(write).finally(() => (over = true));
  result.catch(() => undefined); // awaited below
  await condition(() => over || (run.paused && run.allowedBatch < batch));
  if (over) return result;
  scope.cancel();
  await condition(() => over);
  return result.catch((error: unknown) => {
    if (isCancellation(error) || endedByCancel(error)) return null;
    throw error;
  });
}

async function advance(run: RegionRun, batch: number): Promise<AdvanceRegionResult> {
  const { service, region, batches, absentAfterMs, budget } = run.input;
  if (run.intendedBatch !== batch) await intend(run, `advance:${batch}`, 'advance');
  run.intendedBatch = batch;
  const { attempt } = run;
  const generation = begunGeneration(run);
  const step = { service, region, attempt, generation, batch, share: batches[batch - 1]!, absentAfterMs, budget };
  const summary = `${region}: batch ${batch} of ${batches.length}`;
  const call = ({ advanceRegion }: ReturnType<typeof batchSteps>) =>
    advanceRegion.executeWithOptions({ summary }, [step]);
  return answered(
    run,
    () => call(firstBatchSteps(region)),
    () => call(batchSteps(region)),
  );
}

function reportAllowed(run: RegionRun, batch: number, fixed: BatchFixed): void {
  const { region, batches } = run.input;
  const { hosts, cumulative, absent, pinned, maintenance } = fixed;
  const missing = knownMissing(run.progress.missing ?? {}, { absent, pinned, maintenance });
  const which = `${region}: batch ${batch} of ${batches.length}`;
  const message = `${which} allowed, ${counted(hosts, 'host')} (${digits(cumulative)} in all${withoutText([{ missing }])})`;
  report(run, { event: 'batch-advanced', message, state: 'rolling', batch, reason: null, missing });
}

async function waitForHosts(run: RegionRun, reason: 'no host' | 'all hosts pinned'): Promise<Step> {
  if (reason === 'all hosts pinned') return hold(run, 'all hosts are pinned');
  const { region } = run.input;
  if (run.progress.reason !== reason) {
    report(run, { event: 'region-waiting', message: `${region} has no host that reports`, reason });
  }
  await sleep(noHostRetryMs, { summary: `${region}: a host has to report` });
  return 'again';
}
