import type { StepAnswer } from '../../domain/goal/goal.ts';
import { followFenced } from '../../domain/goal/takeover.ts';
import type { MissingHosts } from '../../domain/progress/missing-hosts.ts';
import { withoutText } from '../../domain/progress/missing-hosts.ts';
import { counted } from '../../domain/progress/plain-text.ts';
import type { RegionName } from '../../domain/names.ts';
import { records } from '../activity-options/control.ts';
import { regionSteps } from '../activity-options/region.ts';
import { withinDeadline } from '../within-deadline.ts';
import type { DeploymentRun } from './deployment-run.ts';
import { plannedOf, regionOf, releaseOf, skippedRegions } from './deployment-run.ts';
import type { Ended, RegionEnd } from './ended.ts';
import { inTouchedRegions, outcomesOf } from './ended.ts';
import { intend, owe } from './owe.ts';
import { record } from './record.ts';

/**
 * Makes the release the base of every region. The point of no return is recorded first: from then on abort is refused,
 * and a region that can't be reached owes its finish. One that was skipped stays where it is; if it has not heard that when
 * the others have finished, it owes it. Called where nothing can be cancelled.
 */
export async function finish(run: DeploymentRun): Promise<Ended> {
  run.finishing = true;
  const { service, deployment } = run.input;
  const skipped = skippedRegions(run);
  // Whoever finishes this in its place goes by what is recorded: which regions were skipped stands there before.
  if (skipped.length > 0) await run.recorded;
  await records.recordPointOfNoReturn({ service, deployment });
  record(run, { event: 'point-of-no-return', message: `${releaseOf(run)} becomes the base of its regions` });
  const unfinished = await inTouchedRegions(run, 'finish', async (region) =>
    regionOf(run, region).skipped ? 'done' : finishRegion(run, region),
  );
  run.othersFinished = true;
  await run.staying;
  const pending = [...unfinished, ...skipped.filter((region) => regionOf(run, region).owesHold)];
  const total = run.regions.size;
  const without = withoutText([...run.regions.values()].map(({ progress }) => progress));
  const live = total - unfinished.length - skipped.length;
  const left = skipped.length === 0 ? '' : `; skipped: ${skipped.join(', ')}`;
  const reason = `${releaseOf(run)} is live in ${live} of ${counted(total, 'region')}${without}${left}`;
  const regions = outcomesOf(run, 'succeeded').map((ended) =>
    skipped.includes(ended.region)
      ? { region: ended.region, outcome: 'skipped' as const }
      : { ...ended, ...missingIn(run, ended.region) },
  );
  return { outcome: 'succeeded', by: 'slipway', reason, regions, pending };
}

function missingIn(run: DeploymentRun, region: RegionName): { readonly missing?: MissingHosts } {
  const { missing = {} } = regionOf(run, region).progress;
  return Object.keys(missing).length === 0 ? {} : { missing };
}

async function finishRegion(run: DeploymentRun, region: RegionName): Promise<RegionEnd> {
  const ms = plannedOf(run).plan.undoDeadlineMs;
  const finished = await withinDeadline({ ms, summary: `${region} has to finish` }, () => writeFinish(run, region));
  const why = finished === 'too late' ? 'does not answer' : finished;
  if (why === null) return 'done';
  await owe(run, region, 'finish', why);
  return 'pending';
}

/** `null` when it is written; else why it can't be. Follows a generation that was raised after a restore. */
async function writeFinish(run: DeploymentRun, region: RegionName): Promise<string | null> {
  const { service } = run.input;
  const at = regionOf(run, region);
  for (;;) {
    const { attempt, generation } = at;
    if (generation === 0) throw new Error(`${region} has not begun`);
    await intend(run, region, 'finish', 'advance');
    const { finishRegion: call } = regionSteps(region);
    const step = { service, region, attempt, generation };
    const written = await call.executeWithOptions({ summary: `finish ${region}` }, [step]);
    if (written.outcome === 'written') {
      remember(run, region, written.answer);
      return null;
    }
    const following = followFenced(written, at);
    if (following.follow !== 'take over') return `not finished: ${written.reason}`;
    Object.assign(at, { attempt: following.attempt, generation: following.generation });
  }
}

function remember(run: DeploymentRun, region: RegionName, { generation }: StepAnswer): void {
  regionOf(run, region).generation = generation;
}
