import { CancellationScope } from '@temporalio/workflow';
import type { Stop } from '../../domain/deployment/ending.ts';
import { hookName, placedHooks, type HookMoment, type PlacedHook } from '../../domain/hook/hook.ts';
import type { RegionName } from '../../domain/names.ts';
import { callHook, forgetHook, hookChange, hookText, standsAt } from './call-hook.ts';
import type { DeploymentRun } from './deployment-run.ts';
import { plannedOf } from './deployment-run.ts';
import { untilMayGoOn } from './go-on.ts';
import { enter, record } from './record.ts';
import { untilCopied } from './replicate.ts';
import { failed } from './stop.ts';

/** Runs the hooks of one moment, one after the other; those of a region in its turn. The first that fails ends it. */
export async function runHooks(
  run: DeploymentRun,
  moment: HookMoment,
  region: RegionName | null = null,
): Promise<Stop | null> {
  const hooks = placedHooks(plannedOf(run).plan.hooks, moment, region);
  if (hooks.length > 0 && region === null) {
    const state = moment === 'before' ? 'rolling' : 'verifying';
    enter(run, state, { event: `hooks-${moment}-started`, message: `hooks ${moment} the regions: ${hooks.length}` });
  }
  for (const placed of hooks) {
    await untilMayGoOn(run);
    const stopped = await runHook(run, placed);
    if (stopped !== null) return stopped;
  }
  return null;
}

/** Not before the first regions have the release: a copy that fails for good would leave what the hooks did. */
export async function runFirstHooks(run: DeploymentRun): Promise<Stop | null> {
  const { hooks, stages } = plannedOf(run).plan;
  if ((hooks?.before ?? []).length === 0) return null;
  return (await untilCopied(run, stages[0]?.regions ?? [])) ?? runHooks(run, 'before');
}

/** What a region's hooks stand around. */
export async function withRegionHooks(
  run: DeploymentRun,
  region: RegionName,
  rollOut: () => Promise<Stop | null>,
): Promise<Stop | null> {
  return (await runHooks(run, 'before', region)) ?? (await rollOut()) ?? runHooks(run, 'after', region);
}

async function runHook(run: DeploymentRun, placed: PlacedHook): Promise<Stop | null> {
  // First of all: whatever becomes of it, from here it may have run, and is undone.
  standsAt(run, placed, 'begun');
  const { why, log, notRun } = await callHook(run, placed, 'run', () => written(run, placed));
  standsAt(run, placed, why === null ? 'ran' : 'failed', why);
  const hook = hookChange(run, placed, 'run', log);
  if (why === null) {
    record(run, { event: 'hook-ended', message: `"${placed.hook.run}" (${hookName(placed)}) has ended`, hook });
    return null;
  }
  const reason = `hook "${placed.hook.run}" (${hookName(placed)}) failed: ${why}`;
  record(run, { event: 'hook-failed', message: reason, hook });
  if (notRun) forgetHook(run, placed);
  return failed(reason);
}

/** The centre writes down that it may run before it does: whoever ends a deployment that lost its workflow goes by that. */
function written(run: DeploymentRun, placed: PlacedHook): Promise<unknown> {
  record(run, { event: 'hook-started', message: hookText(placed, 'run'), hook: hookChange(run, placed, 'run') });
  return Promise.race([run.recorded, CancellationScope.current().cancelRequested]);
}
