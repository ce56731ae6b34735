import { CancellationScope, condition, isCancellation, sleep } from '@temporalio/workflow';
import { hookName } from '../../domain/hook/hook.ts';
import { losing, nextUndo, type NextUndo } from '../../domain/hook/next-undo.ts';
import type { HookStanding } from '../../domain/hook/standing.ts';
import type { RegionName } from '../../domain/names.ts';
import { hookUndo } from '../activity-options/build.ts';
import { now } from '../now.ts';
import { callHook, hookChange, hookText, standsAt } from './call-hook.ts';
import type { DeploymentRun } from './deployment-run.ts';
import { record } from './record.ts';

/** Regions in which a hook may have run, whether or not the region itself has heard of the deployment. */
export const regionsWithHooks = ({ hooks }: DeploymentRun): readonly RegionName[] => [
  ...new Set(hooks.flatMap(({ region }) => region ?? [])),
];

/** Those of its commands that still run have ended. */
export async function untilHooksEnded({ hooksAtWork }: DeploymentRun, region?: RegionName | null): Promise<void> {
  const at = [...hooksAtWork.values()].filter((each) => region === undefined || each.region === region);
  await Promise.all(at.map(({ ended }) => ended));
}

/**
 * Takes back what the hooks of a region did (`null`: those of none), newest first. Called where nothing can be cancelled,
 * and once there is nothing left that they have to wait for. What can't be undone stands in `run.hooks`.
 */
export async function undoHooks(run: DeploymentRun, region: RegionName | null): Promise<void> {
  await untilHooksEnded(run, region);
  for (;;) {
    const next = nextUndo(run.hooks, region, run.lossDecision);
    switch (next.do) {
      case 'nothing':
        return;
      case 'settle':
        settle(run, next);
        break;
      case 'ask':
        await untilDecided(run);
        break;
      case 'undo':
        if (run.hookUndoEnded === null) await undoHook(run, next.hook);
        else settle(run, { do: 'settle', hook: next.hook, as: 'not-undone', why: run.hookUndoEnded });
    }
  }
}

function settle(run: DeploymentRun, { hook: placed, as, why }: Extract<NextUndo, { readonly do: 'settle' }>): void {
  standsAt(run, placed, as, why);
  const what = `"${placed.hook.run}" (${hookName(placed)})`;
  const hook = hookChange(run, placed, 'undo');
  if (as === 'stays') record(run, { event: 'hook-stays', message: `${what} may stay as it is`, hook });
  else record(run, { event: 'hook-not-undone', message: `${what} is not undone: ${why}`, hook });
}

/** A person says whether what would lose data is run; asked once, whoever comes first. */
async function untilDecided(run: DeploymentRun): Promise<void> {
  if (run.losing === null) {
    const commands = losing(run.hooks).flatMap(({ hook }) => hook.undo ?? []);
    run.losing = { since: now(), commands };
    const which = commands.map((command) => `"${command}"`).join(', ');
    record(run, { event: 'decision-wanted', message: `${which} would lose data: a person decides whether it is run` });
  }
  await condition(() => run.lossDecision !== null);
  run.losing = null;
}

async function undoHook(run: DeploymentRun, placed: HookStanding): Promise<void> {
  standsAt(run, placed, 'undoing');
  const ending = unlessEnded(run, () => tried(run, placed));
  const message = hookText(placed, 'undo');
  record(run, { event: 'hook-undo-started', message, hook: hookChange(run, placed, 'undo') });
  const { why, log } = await ending;
  standsAt(run, placed, why === null ? 'undone' : 'not-undone', why);
  const hook = hookChange(run, placed, 'undo', log);
  const what = `"${placed.hook.run}" (${hookName(placed)})`;
  if (why === null) record(run, { event: 'hook-undone', message: `${what} is undone`, hook });
  else record(run, { event: 'hook-not-undone', message: `${what} is not undone: ${why}`, hook });
}

async function tried(run: DeploymentRun, placed: HookStanding) {
  for (let tries = 1; ; tries += 1) {
    const end = await callHook(run, placed, 'undo');
    if (end.why === null || tries === hookUndo.tries) return end;
    const message = `the undo of "${placed.hook.run}" (${hookName(placed)}) failed and is tried again: ${end.why}`;
    record(run, { event: 'hook-undo-failed', message, hook: hookChange(run, placed, 'undo', end.log) });
    await sleep(hookUndo.waitMs, { summary: `until "${placed.hook.undo}" is tried again` });
  }
}

/** A person may give an undo up that doesn't come to its end: no worker takes it up, or it takes too long. */
async function unlessEnded(
  run: DeploymentRun,
  work: () => ReturnType<typeof tried>,
): Promise<Awaited<ReturnType<typeof tried>>> {
  const scope = new CancellationScope();
  let over = false;
  const result = scope.run(work).finally(() => (over = true));
  result.catch(() => undefined); // awaited below
  await condition(() => over || run.hookUndoEnded !== null);
  if (!over) scope.cancel();
  try {
    return await result;
  } catch (error) {
    if (!isCancellation(error)) throw error;
    return { why: run.hookUndoEnded ?? 'cancelled', log: null, notRun: false };
  }
}
