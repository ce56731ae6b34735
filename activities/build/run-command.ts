import type { BuildRun } from './build-activities.ts';
import { checkOut } from './check-out.ts';
import type { RunCommandInput, RunCommandResult } from './contract.ts';
import { storeLog } from './store-release.ts';

/** Runs a command of the spec in a fresh checkout: nothing of a build or of another command is there. */
export async function runCommand(run: BuildRun, input: RunCommandInput): Promise<RunCommandResult> {
  const checkout = await checkOut(run, input.source);
  if (!checkout.ok) return { outcome: 'failed', reason: checkout.problem, log: null };
  const { workspace, signal } = run;
  await workspace.handOver();
  run.say({ step: input.purpose });
  const environment = { SLIPWAY_SERVICE: input.service, SLIPWAY_COMMIT: input.source.commit };
  const end = await run.commands.run({
    line: input.run,
    workspace,
    folder: checkout.folder,
    environment,
    timeoutMs: input.timeoutMs,
    signal,
  });
  signal.throwIfAborted();
  const log = await storeLog(run.store, end.log);
  const passed = end.ended === 'exited' && end.exitCode === 0;
  return { outcome: passed ? 'passed' : 'failed', reason: passed ? 'passed' : `${input.run}: ${end.reason}`, log };
}
