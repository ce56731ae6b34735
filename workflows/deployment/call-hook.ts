import { ActivityFailure, CancelledFailure, isCancellation } from '@temporalio/workflow';
import type {
  HookVerb,
  LogRef,
  RunCommandResult,
  RunHookInput,
  RunHookResult,
} from '../../activities/build/contract.ts';
import type { HookChange } from '../../activities/deployment-record/contract.ts';
import { hookName, type PlacedHook } from '../../domain/hook/hook.ts';
import type { HookState, HookStanding } from '../../domain/hook/standing.ts';
import { summaryLine } from '../../domain/progress/summary-line.ts';
import { withLastWords } from '../../domain/progress/why-not-built.ts';
import { hookCommands } from '../activity-options/build.ts';
import { faultReason } from '../faults.ts';
import { now } from '../now.ts';
import { byBuildWorker } from './build-worker.ts';
import type { DeploymentRun } from './deployment-run.ts';
import { plannedOf } from './deployment-run.ts';
import { record } from './record.ts';

/** `null`: it has succeeded. `why`: in what it failed, for people. */
export interface HookEnd {
  readonly why: string | null;
  readonly log: RunCommandResult['log'];
  /** It failed before its command was started: there is nothing to undo. */
  readonly notRun: boolean;
}

/**
 * Has a build worker run a hook's command, or its undo. Rejects when the scope around it is cancelled, but not before the
 * command has ended.
 *
 * @param announce is waited for first
 */
export async function callHook(
  run: DeploymentRun,
  placed: PlacedHook,
  does: HookVerb,
  announce: () => Promise<unknown> = () => Promise.resolve(),
): Promise<HookEnd> {
  const input = inputOf(run, placed, does);
  const { timeoutMs } = input;
  const summary = summaryLine(`${hookName(placed)}${does === 'undo' ? ', undo' : ''}: ${input.command}`);
  const { promise: ended, resolve } = Promise.withResolvers<void>();
  const key = `${hookName(placed)} ${does}`;
  run.hooksAtWork.set(key, { text: hookText(placed, does), since: now(), region: placed.region, ended });
  try {
    await announce();
    const {
      outcome,
      reason,
      log,
      notRun = false,
    } = await byBuildWorker(run, async (patience): Promise<RunHookResult> => {
      const end = await hookCommands(timeoutMs, patience).runHook.executeWithOptions({ summary }, [input]);
      // Asked for the second time: an attempt of the first may have begun, and its worker gone.
      return patience === null ? { outcome: end.outcome, reason: end.reason, log: end.log } : end;
    });
    return { why: outcome === 'passed' ? null : withLastWords(reason, log?.tail ?? ''), log, notRun };
  } catch (error) {
    if (isCancellation(error)) {
      noteLastWords(run, placed, does, error);
      throw error;
    }
    return { why: faultReason(error), log: null, notRun: false };
  } finally {
    run.hooksAtWork.delete(key);
    resolve();
  }
}

/** Of one that was told to stop it is kept how far it came; a worker of the version before doesn't say. */
function noteLastWords(run: DeploymentRun, placed: PlacedHook, does: HookVerb, error: unknown): void {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  const [log] = (cause instanceof CancelledFailure ? cause.details : []) as (LogRef | undefined)[];
  if (log?.digest === undefined) return;
  const message = `"${commandOf(placed, does)}" (${hookName(placed)}) was told to stop, and has ended`;
  record(run, { event: 'hook-stopped', message, hook: hookChange(run, placed, does, log) });
}

/** What is done, for people. */
export function hookText(placed: PlacedHook, does: HookVerb): string {
  const { run, undo } = placed.hook;
  return does === 'run'
    ? `runs "${run}" (${hookName(placed)})`
    : `undoes "${run}" (${hookName(placed)}) with "${undo}"`;
}

export const commandOf = ({ hook }: PlacedHook, does: HookVerb): string =>
  does === 'run' ? hook.run : (hook.undo ?? '');

function inputOf(run: DeploymentRun, placed: PlacedHook, does: HookVerb): RunHookInput {
  const { service, deployment, release, checkout: source } = run.input;
  const { moment, region, index, hook } = placed;
  const { previousRelease } = plannedOf(run);
  const command = commandOf(placed, does);
  const { timeoutMs } = hook;
  return { service, deployment, release, previousRelease, source, moment, region, index, does, command, timeoutMs };
}

/** Notes where a hook stands; of one that has not begun, that it has. */
export function standsAt(run: DeploymentRun, placed: PlacedHook, state: HookState, why: string | null = null): void {
  const standing: HookStanding = { ...placed, state, why };
  const name = hookName(placed);
  const known = run.hooks.some((each) => hookName(each) === name);
  run.hooks = known ? run.hooks.map((each) => (hookName(each) === name ? standing : each)) : [...run.hooks, standing];
}

/** It has not run after all. */
export function forgetHook(run: DeploymentRun, placed: PlacedHook): void {
  run.hooks = run.hooks.filter((each) => hookName(each) !== hookName(placed));
}

/** What is recorded of it. */
export function hookChange(
  run: DeploymentRun,
  placed: PlacedHook,
  does: HookVerb,
  log: HookEnd['log'] = null,
): HookChange {
  const { moment, region, index } = placed;
  const { state, why } = run.hooks.find((each) => hookName(each) === hookName(placed)) ?? { state: 'begun', why: null };
  return { moment, region, index, does, command: commandOf(placed, does), state, why, log };
}
