import { condition } from '@temporalio/workflow';
import type { Fenced } from '../../activities/goals/contract.ts';
import { firstUrgentSteps, urgentSteps } from '../activity-options/region-urgent.ts';
import { answered } from './answered.ts';
import { intend } from './intend.ts';
import type { RegionRun, Step } from './region-run.ts';
import { isStop, report } from './region-run.ts';
import { takeOver } from './take-over.ts';

/** The judge can't tell a bad release from a bad world: nobody else switches until a person says so. */
export async function hold(run: RegionRun, reason: string): Promise<Step> {
  run.holding = true;
  const fenced = await write(run, 'hold');
  const taken = fenced === null ? 'held' : takeOver(run, fenced);
  return isStop(taken) ? taken : untilResumed(run, reason);
}

/** Nothing runs while a person decides. An abort cancels the scope around this. */
export async function untilResumed(run: RegionRun, reason: string): Promise<Step> {
  // A resume on its way when the hold was written was meant for something else.
  const heldAt = run.controlRevision;
  const { region } = run.input;
  run.holding = true;
  run.held = true;
  report(run, { event: 'region-held', message: `${region} is held: ${reason}`, reason });
  await condition(() => run.resumedRevision > heldAt);
  run.held = false;
  const fenced = await write(run, 'resume');
  const taken = fenced === null ? 'taken' : takeOver(run, fenced);
  if (isStop(taken)) return taken;
  if (taken === 'held') return untilResumed(run, 'held inside the region');
  run.holding = false;
  report(run, { event: 'region-resumed', message: `${region} goes on`, reason: null });
  return 'again';
}

async function write(run: RegionRun, verb: 'hold' | 'resume'): Promise<Fenced | null> {
  const { service, region } = run.input;
  const { attempt, controlRevision } = run;
  const known = await intend(run, `${verb}:${controlRevision}`, verb === 'hold' ? 'hold' : 'advance');
  const step = { service, region, attempt, controlRevision, ...known };
  const call = ({ holdRegion, resumeRegion }: ReturnType<typeof urgentSteps>) =>
    (verb === 'hold' ? holdRegion : resumeRegion).executeWithOptions({ summary: `${verb} ${region}` }, [step]);
  const written = await answered(
    run,
    () => call(firstUrgentSteps(region)),
    () => call(urgentSteps(region)),
  );
  if (written.outcome === 'fenced') return written;
  run.generation = written.answer.generation;
  return null;
}
