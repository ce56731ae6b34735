import type { BatchCounts, BatchResult, Ruling, WatchBakeInput } from '../../activities/goals/contract.ts';
import { knownMissing } from '../../domain/progress/missing-hosts.ts';
import type { RegionProgress } from '../../domain/progress/region-progress.ts';
import { regionWatches, silentWatches, tellAfterMs } from '../activity-options/region.ts';
import { faultCause, isInfrastructureFault } from '../faults.ts';
import { unless } from '../unless.ts';
import { unreachable } from './answered.ts';
import { follow } from './follow.ts';
import { hold } from './hold.ts';
import type { RegionRun, Step } from './region-run.ts';
import { begunGeneration, report } from './region-run.ts';

/** Watches the hosts of an allowed batch: `done` when it is good. Should it last, the first that a host says of why is shown. */
export async function watchBatch(run: RegionRun, batch: number): Promise<Step> {
  const { service, region, budget, batchTimeoutMs, absentAfterMs } = run.input;
  const { attempt } = run;
  const generation = begunGeneration(run);
  const watched = { service, region, attempt, generation, batch, budget, batchTimeoutMs, absentAfterMs };
  // Hosts lost at the very end of a batch are known as such `absentAfter` later.
  const longestMs = batchTimeoutMs + absentAfterMs;
  const summary = `${region}: hosts of batch ${batch}`;
  const telling = regionWatches(region, longestMs).watchBatch;
  const seen = await judgement(telling.executeWithOptions({ summary }, [{ ...watched, tellAfterMs }]), run);
  if (seen === 'unseen' || seen.outcome !== 'lasts') return judged(run, seen);
  const { reason } = seen;
  show(run, seen);
  report(run, { event: 'batch-lasts', message: `${region}: ${reason}`, reason });
  const silent = silentWatches(region, longestMs).watchBatch;
  return judged(run, await judgement(silent.executeWithOptions({ summary }, [watched]), run));
}

/** Watches the whole region for a while after its last batch; a person may end that, and then one last look decides. */
export async function bake(run: RegionRun): Promise<Step> {
  const { bakeMs } = run.input;
  const isPromoted = (): boolean => run.promoted;
  const seen = await unless(isPromoted, () => judgement(watchBake(run, bakeMs, 'bake'), run));
  return judged(run, seen ?? (await judgement(watchBake(run, 0, 'last look'), run)));
}

/** Watches all hosts of the deployment in this region. */
export function watchBake(run: RegionRun, bakeMs: number, what: string): Promise<BatchResult> {
  const { region, absentAfterMs } = run.input;
  const call = regionWatches(region, bakeMs + absentAfterMs).watchBake;
  return call.executeWithOptions({ summary: `${region}: ${what}` }, [watchedIn(run, bakeMs)]);
}

export function watchedIn(run: RegionRun, bakeMs: number): WatchBakeInput {
  const { service, region, budget, absentAfterMs } = run.input;
  const { attempt } = run;
  return { service, region, attempt, generation: begunGeneration(run), bakeMs, budget, absentAfterMs };
}

/** What a watch has seen; `unseen` when nobody in the region could say. */
export async function judgement<Seen>(call: Promise<Seen>, run: RegionRun): Promise<Seen | 'unseen'> {
  return call.catch((error: unknown) => {
    if (!isInfrastructureFault(error)) throw error;
    unreachable(run, faultCause(error));
    return 'unseen' as const;
  });
}

export function judged(run: RegionRun, seen: BatchResult | 'unseen'): Step | Promise<Step> {
  if (seen === 'unseen') return 'again';
  if (seen.outcome === 'fenced') return follow(run, seen);
  const { outcome } = seen;
  if (outcome !== 'advance') return ruled(run, { ...seen, outcome });
  show(run, seen);
  report(run, { event: 'batch-healthy', message: `${run.input.region}: ${seen.reason}`, reason: null });
  return 'done';
}

/** What the judge said against the release, while a batch was watched or before it began. */
export function ruled(run: RegionRun, ruling: Ruling): Step | Promise<Step> {
  show(run, ruling);
  // Why its batch lasted is over with it.
  run.progress = { ...run.progress, reason: null };
  return ruling.outcome === 'hold' ? hold(run, ruling.reason) : { stop: `${run.input.region}: ${ruling.reason}` };
}

export function show(run: RegionRun, { counts, failed, lost, pinned, maintenance }: Omit<Ruling, 'outcome'>): void {
  const excluded = pinned === undefined || maintenance === undefined ? {} : { pinned, maintenance };
  const missing = knownMissing(run.progress.missing ?? {}, { failed, lost, ...excluded });
  run.progress = { ...run.progress, hosts: hostCounts(run, counts), missing };
}

function hostCounts(run: RegionRun, { switched, healthy, failed, lost }: BatchCounts): RegionProgress['hosts'] {
  const total = Math.max(run.progress.hosts.total, switched);
  return { total, switched, healthy, failed: failed + lost };
}
