import { activityInfo, CancelledFailure } from '@temporalio/activity';
import type { BuildRun } from './build-activities.ts';
import { checkOut } from './check-out.ts';
import type { CapturedLog } from './command-runner.ts';
import type { LogRef, RunHookInput, RunHookResult } from './contract.ts';
import { storeLog } from './store-release.ts';

/**
 * Runs a hook, or its undo, in a fresh checkout of the release's commit. It ends with this worker, however that ends, and is
 * then run again: it is told a key that stays the same. Only of a worker that is cut off, and so runs on, is it beside another.
 */
export async function runHook(run: BuildRun, input: RunHookInput): Promise<RunHookResult> {
  const checkout = await checkOut(run, input.source);
  if (!checkout.ok) return { outcome: 'failed', reason: checkout.problem, log: null, ...ifFirst() };
  const { workspace, signal } = run;
  await workspace.handOver();
  run.say({ step: `hook ${input.does}` });
  const { command: line, timeoutMs } = input;
  const environment = hookEnvironment(input);
  const { folder } = checkout;
  const end = await run.commands.run({ line, workspace, folder, environment, endsWithUs: true, timeoutMs, signal });
  const log = await keptLog(run, end.log);
  if (signal.aborted) throw toldToStop(signal, log);
  const passed = end.ended === 'exited' && end.exitCode === 0;
  const started = end.ended !== 'not-started';
  return {
    outcome: passed ? 'passed' : 'failed',
    reason: passed ? 'passed' : end.reason,
    log,
    ...(!started && ifFirst()),
  };
}

/** How far it came is read from what it printed: with the cancellation goes where that is kept. */
function toldToStop({ reason }: AbortSignal, log: LogRef | null): unknown {
  return log !== null && reason instanceof CancelledFailure ? new CancelledFailure(reason.message, [log]) : reason;
}

/** Of a later attempt nobody knows how far the one before came. */
const ifFirst = (): Pick<RunHookResult, 'notRun'> => (activityInfo().attempt === 1 ? { notRun: true } : {});

/** What a hook is told (docs/how-to/run-migrations.md). Left out: the region of one of no region, the release before the first. */
export function hookEnvironment(input: Omit<RunHookInput, 'source'>): Record<string, string> {
  const { service, deployment, release, previousRelease, region, moment, does } = input;
  return {
    SLIPWAY_SERVICE: service,
    SLIPWAY_RELEASE: String(release),
    ...(previousRelease !== null && { SLIPWAY_PREVIOUS_RELEASE: String(previousRelease) }),
    SLIPWAY_DEPLOYMENT: String(deployment),
    ...(region !== null && { SLIPWAY_REGION: region }),
    SLIPWAY_HOOK: does === 'undo' ? 'undo' : moment,
    SLIPWAY_HOOK_KEY: hookKey(input),
  };
}

/** `checkout.87.before.0`, `checkout.87.region.before.eu-west.0`, `….undo`: the same however often it runs. */
function hookKey({ service, deployment, moment, region, index, does }: Omit<RunHookInput, 'source'>): string {
  const place = region === null ? [moment, index] : ['region', moment, region, index];
  return [service, deployment, ...place, ...(does === 'undo' ? ['undo'] : [])].join('.');
}

/** What it did is done: a store that takes no log is no reason to do it again, nor to undo it. */
async function keptLog({ store }: BuildRun, log: CapturedLog): Promise<LogRef | null> {
  try {
    return await storeLog(store, log);
  } catch {
    return null;
  }
}
