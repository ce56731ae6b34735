import { counted } from '../../domain/progress/plain-text.ts';
import { firstRegionSteps, regionSteps } from '../activity-options/region.ts';
import { answered } from './answered.ts';
import { follow } from './follow.ts';
import { intend } from './intend.ts';
import type { RegionRun, Step } from './region-run.ts';
import { report } from './region-run.ts';

/** Writes the goal with `next` beside `base`: hosts may fetch, none may switch. */
export async function begin(run: RegionRun): Promise<Step> {
  const { service, region, next, admission, absentAfterMs } = run.input;
  const known = await intend(run, 'begin', 'advance');
  const step = { service, region, attempt: run.attempt, next, admission, absentAfterMs, ...known };
  const call = ({ beginRegion }: ReturnType<typeof regionSteps>) =>
    beginRegion.executeWithOptions({ summary: `begin in ${region}` }, [step]);
  const begun = await answered(
    run,
    () => call(firstRegionSteps(region)),
    () => call(regionSteps(region)),
  );
  if (begun.outcome === 'fenced') return follow(run, begun);
  run.generation = begun.answer.generation;
  const hosts = { ...run.progress.hosts, total: begun.hosts };
  report(run, {
    event: 'region-begun',
    message: `${region}: ${counted(begun.hosts, 'host')}`,
    state: 'rolling',
    hosts,
  });
  return 'done';
}
