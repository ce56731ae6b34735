import type { Stop } from '../../domain/deployment/ending.ts';
import { followFenced } from '../../domain/goal/takeover.ts';
import type { RegionName } from '../../domain/names.ts';
import { urgentSteps } from '../activity-options/region-urgent.ts';
import { withinDeadline } from '../within-deadline.ts';
import type { DeploymentRun } from './deployment-run.ts';
import { plannedOf, regionOf, showRegion } from './deployment-run.ts';
import type { Ended, RegionEnd } from './ended.ts';
import { inTouchedRegions, outcomesOf } from './ended.ts';
import { intend, owe } from './owe.ts';
import { record } from './record.ts';

/** Leaves every host where it is: nobody else switches, nobody goes back. */
export async function leaveHeld(run: DeploymentRun, stop: Stop): Promise<Ended> {
  record(run, { actor: stop.by, event: 'hold-started', message: stop.reason });
  const pending = await inTouchedRegions(run, 'hold', (region) => holdRegion(run, region));
  return { outcome: 'cancelled', by: stop.by, reason: stop.reason, regions: outcomesOf(run, 'held'), pending };
}

async function holdRegion(run: DeploymentRun, region: RegionName): Promise<RegionEnd> {
  const ms = plannedOf(run).plan.undoDeadlineMs;
  const held = await withinDeadline({ ms, summary: `${region} has to be held` }, () => writeHold(run, region));
  if (held === 'too late') {
    await owe(run, region, 'hold', 'does not answer');
    return 'pending';
  }
  showRegion(run, region, { reason: held.text });
  record(run, { event: 'region-held', message: `${region}: ${held.text}` });
  return 'done';
}

/** Whether the region stays where it is, and what people see of that. */
export interface HoldEnd {
  readonly isHeld: boolean;
  readonly text: string;
}

/** Follows an attempt that somebody raised inside the region. */
export async function writeHold(run: DeploymentRun, region: RegionName): Promise<HoldEnd> {
  const { service } = run.input;
  const { controlRevision } = run;
  const at = regionOf(run, region);
  for (;;) {
    const known = await intend(run, region, `hold:${controlRevision}`, 'hold');
    const step = { service, region, attempt: at.attempt, controlRevision, ...known };
    const { holdRegion: call } = urgentSteps(region);
    const written = await call.executeWithOptions({ summary: `hold ${region}` }, [step]);
    if (written.outcome === 'written') {
      at.generation = written.answer.generation;
      return { isHeld: true, text: 'held where it is' };
    }
    const following = followFenced(written, at);
    if (following.follow === 'held') return { isHeld: true, text: 'held inside the region' };
    if (following.follow !== 'take over') return { isHeld: false, text: `not held: ${written.reason}` };
    Object.assign(at, { attempt: following.attempt, generation: following.generation });
  }
}
