import { ApplicationFailure, Context } from '@temporalio/activity';
import { judgeBake, judgeBatch } from '../../domain/goal/judge.ts';
import { isDeaf, mayRunBefore } from '../../domain/goal/region-view.ts';
import type { RegionView, Verdict } from '../../domain/goal/region-view.ts';
import { isWatched } from '../../domain/goal/takeover.ts';
import { whyItLasts } from '../../domain/goal/why-it-lasts.ts';
import type {
  BatchLasts,
  BatchResult,
  Fenced,
  TellingWatchBatchInput,
  WatchBakeInput,
  WatchBatchInput,
} from './contract.ts';
import type { StartedBatch } from './goal-store.ts';
import { rulingOf } from './ruling.ts';
import { openSecondLooks } from './second-looks.ts';
import { stopwatch } from './stopwatch.ts';
import { watch } from './watch.ts';
import { fencedBy, refuseOtherRegion } from './write-step.ts';
import type { GoalParts } from './write-step.ts';

/**
 * Watches the hosts of a batch until the judge has seen enough, or the goal becomes another one; or, for who wants to be
 * told, until the batch lasts and a host says why.
 */
export function watchBatch(parts: GoalParts, input: TellingWatchBatchInput): Promise<BatchResult | BatchLasts>;
export function watchBatch(parts: GoalParts, input: WatchBatchInput): Promise<BatchResult>;
export async function watchBatch(
  parts: GoalParts,
  input: WatchBatchInput & Partial<TellingWatchBatchInput>,
): Promise<BatchResult | BatchLasts> {
  refuseOtherRegion(parts, input);
  const batches = await parts.store.readBatches(input.service, input.attempt.deployment);
  const batch = batches.findLast(({ number }) => number === input.batch);
  if (batch === undefined)
    throw ApplicationFailure.nonRetryable(`no batch ${input.batch} has begun here`, 'unknown-batch');
  const clock = stopwatch(batch.startedAgoMs);
  const ear = openEar();
  const looks = openSecondLooks();
  return watch<BatchResult | BatchLasts>(parts.reports, input.service, async () => {
    const view = await lookAtRegion(parts, input, batches, clock(), ear);
    if ('outcome' in view) return view;
    const { batchTimeoutMs, tellAfterMs = Infinity } = input;
    const verdict = judgeBatch({ ...view, batch: input.batch, batchHosts: batch.members.hosts, batchTimeoutMs });
    const result = looks.isTooEarly(verdict, view) ? null : resultOf(verdict);
    return result ?? (view.elapsedMs < tellAfterMs ? null : lastsOf(verdict, view));
  });
}

function lastsOf(verdict: Verdict, view: RegionView): BatchLasts | null {
  const reason = whyItLasts(view);
  return reason === null ? null : { ...rulingOf(verdict), reason, outcome: 'lasts' };
}

/** Where a bake stands: only time that somebody watched counts, over all attempts. */
interface BakeCursor {
  readonly watchedMs: number;
}

/** Watches all hosts of the deployment for the time of the bake. */
export async function watchBake(parts: GoalParts, input: WatchBakeInput): Promise<BatchResult> {
  refuseOtherRegion(parts, input);
  const batches = await parts.store.readBatches(input.service, input.attempt.deployment);
  const cursor = Context.current().info.heartbeatDetails as BakeCursor | undefined;
  const clock = stopwatch(cursor?.watchedMs ?? 0);
  const ear = openEar();
  const looks = openSecondLooks();
  const look = async (): Promise<BatchResult | null> => {
    const view = await lookAtRegion(parts, input, batches, clock(), ear);
    if ('outcome' in view) return view;
    const verdict = judgeBake({ ...view, bakeMs: input.bakeMs });
    return looks.isTooEarly(verdict, view) ? null : resultOf(verdict);
  };
  return watch(parts.reports, input.service, look, (): BakeCursor => ({ watchedMs: clock() }));
}

/** What the judge needs; or `fenced`, when the goal is no longer the one that is watched. */
async function lookAtRegion(
  { store, reports }: GoalParts,
  input: WatchBatchInput | WatchBakeInput,
  batches: readonly StartedBatch[],
  elapsedMs: number,
  ear: Ear,
): Promise<RegionView | Fenced> {
  const { service, attempt, budget, absentAfterMs } = input;
  const row = (await store.readGoal(service))?.row ?? null;
  if (!isWatched(row, input, 'advance') || row === null || row.next === null) {
    return fencedBy(row, 'the goal became another one while its hosts were watched');
  }
  const { base, next, cut, canaries } = row;
  return ear.hear({
    attempt,
    next,
    cut,
    canaries,
    runsBefore: mayRunBefore(row),
    budget,
    absentAfterMs,
    elapsedMs,
    ordered: batches.flatMap(({ members }) => members.hosts),
    hosts: await reports.readHosts({ service, deployment: attempt.deployment, base, next }),
    otherServices: await reports.countOtherServices({ service, elapsedMs, absentAfterMs }),
  });
}

interface Ear {
  /** Adds for how long the region has been listened to. */
  hear(view: Omit<RegionView, 'listeningMs'>): RegionView;
}

/** Listens from now on, in each attempt anew: what killed the one before may have kept hosts from being heard too. */
function openEar(): Ear {
  let listeningMs = stopwatch(0);
  return {
    hear(view) {
      if (isDeaf(view)) listeningMs = stopwatch(0);
      return { ...view, listeningMs: listeningMs() };
    },
  };
}

const resultOf = (verdict: Verdict): BatchResult | null =>
  verdict.verdict === 'wait' ? null : { ...rulingOf(verdict), outcome: verdict.verdict };
