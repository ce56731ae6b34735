import type { Stop } from '../../domain/deployment/ending.ts';
import { summaryLine } from '../../domain/progress/summary-line.ts';
import { withLastWords } from '../../domain/progress/why-not-built.ts';
import type { VerifySpec } from '../../domain/spec/service-spec.ts';
import { commands } from '../activity-options/build.ts';
import { byBuildWorker } from './build-worker.ts';
import type { DeploymentRun } from './deployment-run.ts';
import { plannedOf, releaseOf } from './deployment-run.ts';
import { untilMayGoOn } from './go-on.ts';
import { watchVerified } from './metrics.ts';
import { enter } from './record.ts';
import { failed } from './stop.ts';

/** The spec's own command and metrics have the last word; a paused deployment isn't finished either. */
export async function verify(run: DeploymentRun): Promise<Stop | null> {
  const { plan } = plannedOf(run);
  run.stage = null;
  if (plan.verify !== null) {
    enter(run, 'verifying', { event: 'verify-started', message: `verifies ${releaseOf(run)}` });
    const stopped = (await verifyByCommand(run, plan.verify)) ?? (await watchVerified(run, plan.verify.metrics));
    if (stopped !== null) return stopped;
  }
  await untilMayGoOn(run);
  return null;
}

async function verifyByCommand(run: DeploymentRun, { run: line, timeoutMs }: VerifySpec): Promise<Stop | null> {
  if (line === null) return null;
  const { service, deployment, checkout: source } = run.input;
  const command = { service, deployment, purpose: 'verify', source, run: line, timeoutMs } as const;
  const summary = summaryLine(`verify: ${line}`);
  const verified = await byBuildWorker(run, (patience) =>
    commands(timeoutMs, patience).runCommand.executeWithOptions({ summary }, [command]),
  );
  if (verified.outcome !== 'failed') return null;
  return failed(`verify: ${withLastWords(verified.reason, verified.log?.tail ?? '')}`);
}
