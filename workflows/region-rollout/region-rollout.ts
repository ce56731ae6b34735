import { continueAsNew, setCurrentDetails, workflowInfo } from '@temporalio/workflow';
import { regionDetails } from '../../domain/progress/details.ts';
import type { RegionRolloutInput, RegionRolloutResult } from '../messages/region.ts';
import { unless } from '../unless.ts';
import { whenUpgraded } from '../when-upgraded.ts';
import { runBatch } from './batch.ts';
import { begin } from './begin.ts';
import { keepWatch } from './keep-watch.ts';
import type { RegionRun, Stop } from './region-run.ts';
import { isStop, openRegionRun, report } from './region-run.ts';
import { bake } from './watch.ts';

/**
 * Brings a release to one region: begins, allows each batch when the one before is good, and watches: for a while, then
 * for as long as other regions are not ready. Its deployment cancels it to undo; whatever it was doing, the goal's row
 * fences what comes late.
 */
export async function regionRollout(input: RegionRolloutInput): Promise<RegionRolloutResult> {
  const run = openRegionRun(input);
  const stopped = await rollOut(run);
  await run.told; // news must not arrive after the end
  const { attempt, generation } = run;
  if (stopped !== null) {
    setCurrentDetails(regionDetails(run.progress, `stops: ${stopped.stop}`));
    return { outcome: 'stop', reason: stopped.stop, attempt, generation, progress: run.progress };
  }
  const progress = { ...run.progress, state: 'done', reason: null } as const;
  const reason = `${input.region} is ready`;
  setCurrentDetails(regionDetails(progress, reason));
  return { outcome: 'ready', reason, attempt, generation, progress };
}
whenUpgraded('PINNED', regionRollout);

async function rollOut(run: RegionRun): Promise<Stop | null> {
  const { position, batches, bakeMs } = run.input;
  if (position === null) {
    const begun = await begin(run);
    // Taken over or resumed: the row is of this deployment, so it was begun.
    if (isStop(begun)) return begun;
  }
  for (let batch = run.allowedBatch + 1; batch <= batches.length; batch += 1) {
    const stopped = await untilGood(run, batch);
    if (stopped !== null) return stopped;
  }
  const bad = bakeMs === 0 || run.isReady ? null : await untilBaked(run);
  return bad ?? untilNoUse(run);
}

/** A region that was held, or taken over, is asked as an interrupted bake is: by a repeat of the last batch. */
async function untilNoUse(run: RegionRun): Promise<Stop | null> {
  const { region, batches } = run.input;
  if (!run.isReady) report(run, { event: 'region-ready', message: `${region} is ready`, state: 'done', reason: null });
  run.isReady = true;
  for (;;) {
    await continueInNewHistory(run, batches.length + 1);
    const step = await unless(
      () => mayBeLeft(run),
      () => keepWatch(run),
    );
    if (step === null) return null;
    const bad =
      step === 'again'
        ? await unless(
            () => mayBeLeft(run),
            () => untilGood(run, batches.length),
          )
        : step;
    if (bad !== null && isStop(bad)) return bad;
  }
}

/** Not while a person decides about it. */
const mayBeLeft = (run: RegionRun): boolean => run.watchEnded && !run.holding;

async function untilGood(run: RegionRun, batch: number): Promise<Stop | null> {
  for (;;) {
    await continueInNewHistory(run, batch);
    const step = await runBatch(run, batch);
    if (step === 'done') return null;
    if (isStop(step)) return step;
  }
}

/** A bake that was interrupted begins with a repeat of the last batch: it asks whether the region is there and good. */
async function untilBaked(run: RegionRun): Promise<Stop | null> {
  for (;;) {
    report(run, { event: 'region-baking', message: `${run.input.region} is watched`, state: 'baking' });
    const step = await bake(run);
    if (step === 'done') return null;
    const again = isStop(step) ? step : await untilGood(run, run.input.batches.length);
    if (again !== null) return again;
  }
}

/** History stays small however long a region waits for hosts or people. */
async function continueInNewHistory(run: RegionRun, batch: number): Promise<void> {
  if (!workflowInfo().continueAsNewSuggested || run.allowedBatch >= batch) return;
  await run.told;
  const { attempt, generation, paused, controlRevision, tellSequence, progress, isReady, watchEnded, input } = run;
  const position = { batch, attempt, generation, progress, isReady, watchEnded };
  await continueAsNew<typeof regionRollout>({ ...input, paused, controlRevision, tellSequence, position });
}
