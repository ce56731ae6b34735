import type { BuildReleaseResult } from '../../activities/build/contract.ts';
import type { Stop } from '../../domain/deployment/ending.ts';
import { ownChecks, type OwnChecks } from '../../domain/plan/own-checks.ts';
import { summaryLine } from '../../domain/progress/summary-line.ts';
import { specProblemsText, withLastWords } from '../../domain/progress/why-not-built.ts';
import { builds, commands } from '../activity-options/build.ts';
import { releases } from '../activity-options/control.ts';
import { byBuildWorker } from './build-worker.ts';
import type { DeploymentRun } from './deployment-run.ts';
import { plannedOf, releaseOf } from './deployment-run.ts';
import { enter, record } from './record.ts';
import { failed } from './stop.ts';

/** Makes the release out of its commit, unless it exists, and has it signed. */
export async function build(run: DeploymentRun): Promise<Stop | null> {
  const { service, deployment, release, build: source } = run.input;
  if (source === null) return null;
  enter(run, 'building', { event: 'build-started', message: `builds ${releaseOf(run)}` });
  const summary = `builds ${releaseOf(run)} from ${source.commit.slice(0, 12)}`;
  const commit = { service, deployment, release, source };
  const built = await byBuildWorker(run, (patience) =>
    builds(patience).buildRelease.executeWithOptions({ summary }, [commit]),
  );
  if (built.outcome === 'failed') run.failedBuildLog = built.log;
  if (built.outcome !== 'built') return failed(whyNotBuilt(built));
  const signed = await releases.signRelease({
    service,
    deployment,
    release,
    unsigned: built.release,
    spec: built.spec,
    log: built.log,
  });
  if (signed.outcome === 'refused') return failed(`${releaseOf(run)} was not signed: ${signed.reason}`);
  run.built = built;
  run.evidence = [{ kind: 'build', digest: built.log.digest, detail: source.commit }];
  return null;
}

function whyNotBuilt(result: Exclude<BuildReleaseResult, { readonly outcome: 'built' }>): string {
  if (result.outcome === 'invalid-spec') return specProblemsText(result.problems);
  // A command that did its part has nothing to say about an artifact that is refused.
  const tail = result.exitCode === 0 ? '' : (result.log?.tail ?? '');
  return `build: ${withLastWords(result.reason, tail)}`;
}

/** Runs the spec's own checks against the commit that was built here. */
export async function check(run: DeploymentRun): Promise<Stop | null> {
  const checks = ownChecks(run.built?.spec.checks ?? null);
  return checks && runChecks(run, checks);
}

/** The same for a release that exists and was never admitted: that it was built doesn't say that it passed. */
export async function checkAgain(run: DeploymentRun): Promise<Stop | null> {
  const { ownChecks: checks, plan } = plannedOf(run);
  if (checks === null || run.built !== null) return null;
  const stop = await runChecks(run, checks);
  if (stop === null && plan.checks === undefined)
    record(run, { event: 'checks-passed', message: `${releaseOf(run)} passed its checks` });
  return stop;
}

async function runChecks(run: DeploymentRun, checks: OwnChecks): Promise<Stop | null> {
  const { service, deployment, checkout: source } = run.input;
  enter(run, 'checking', { event: 'checks-started', message: `checks ${releaseOf(run)}` });
  const command = { service, deployment, purpose: 'checks', source, ...checks } as const;
  const summary = summaryLine(`checks: ${checks.run}`);
  const checked = await byBuildWorker(run, (patience) =>
    commands(checks.timeoutMs, patience).runCommand.executeWithOptions({ summary }, [command]),
  );
  if (checked.outcome === 'failed') return failed(`checks: ${withLastWords(checked.reason, checked.log?.tail ?? '')}`);
  run.evidence = [...run.evidence, { kind: 'checks', digest: checked.log?.digest ?? null, detail: checked.reason }];
  return null;
}
