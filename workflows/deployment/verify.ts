import type { Stop } from '../../domain/deployment/ending.ts';
import { summaryLine } from '../../domain/progress/summary-line.ts';
import { withLastWords } from '../../domain/progress/why-not-built.ts';
import { commands } from '../activity-options/build.ts';
import { byBuildWorker } from './build-worker.ts';
import type { DeploymentRun } from './deployment-run.ts';
import { plannedOf, releaseOf } from './deployment-run.ts';
import { untilMayGoOn } from './go-on.ts';
import { enter } from './record.ts';
import { failed } from './stop.ts';

/** The spec's own command has the last word; a paused deployment isn't finished either. */
export async function verify(run: DeploymentRun): Promise<Stop | null> {
  const { service, deployment, checkout: source } = run.input;
  const { plan } = plannedOf(run);
  run.stage = null;
  if (plan.verify !== null) {
    enter(run, 'verifying', { event: 'verify-started', message: `verifies ${releaseOf(run)}` });
    const { timeoutMs } = plan.verify;
    const command = { service, deployment, purpose: 'verify', source, run: plan.verify.run, timeoutMs } as const;
    const summary = summaryLine(`verify: ${plan.verify.run}`);
    const verified = await byBuildWorker(run, (patience) =>
      commands(timeoutMs, patience).runCommand.executeWithOptions({ summary }, [command]),
    );
    if (verified.outcome === 'failed')
      return failed(`verify: ${withLastWords(verified.reason, verified.log?.tail ?? '')}`);
  }
  await untilMayGoOn(run);
  return null;
}
