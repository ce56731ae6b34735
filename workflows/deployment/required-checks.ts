import type { ChecksStandingShown, WatchChecksInput, WatchChecksResult } from '../../activities/gates/contract.ts';
import type { Stop } from '../../domain/deployment/ending.ts';
import { overdueChecksText, standingText, type RequiredChecks } from '../../domain/gate/required-checks.ts';
import { named } from '../../domain/progress/plain-text.ts';
import { summaryLine } from '../../domain/progress/summary-line.ts';
import { gates } from '../activity-options/gates.ts';
import { withinDeadline } from '../within-deadline.ts';
import type { DeploymentRun } from './deployment-run.ts';
import { plannedOf } from './deployment-run.ts';
import { enter, record } from './record.ts';
import { failed } from './stop.ts';

/** So often a change of what is missing is shown; a CI that flaps must not fill the history. */
const mostShown = 20;

/** Waits until an existing CI has reported success under every name that the plan requires, and no longer than it says. */
export async function requiredChecks(run: DeploymentRun): Promise<Stop | null> {
  const { checks } = plannedOf(run).plan;
  if (checks === undefined) return null;
  const until = new Date(Date.now() + checks.withinMs).toISOString();
  run.gates.checks = { missing: checks.require, pending: [], fault: null, until };
  enter(run, 'checking', { event: 'checks-awaited', message: `waits for ${named(checks.require)}` });
  const deadline = { ms: checks.withinMs, summary: 'the required checks have to be there' };
  const settled = await withinDeadline(deadline, () => untilSettled(run, checks));
  return concluded(run, checks, settled === 'too late' ? await watch(run, checks, 'last') : settled);
}

async function untilSettled(run: DeploymentRun, checks: RequiredChecks): Promise<WatchChecksResult> {
  for (let shown = 0; ; shown += 1) {
    const seen = await watch(run, checks, shown < mostShown ? 'until it moves' : 'until it settles');
    if (seen.outcome !== 'waiting') return seen;
    show(run, seen);
    const fault = seen.fault === null ? '' : `; ${seen.fault}`;
    record(run, { event: 'checks-moved', message: `${standingText(seen)}${fault}` });
  }
}

type How = 'until it moves' | 'until it settles' | 'last';

function watch(run: DeploymentRun, { require, withinMs }: RequiredChecks, how: How): Promise<WatchChecksResult> {
  const { service, deployment, checkout } = run.input;
  const known = how === 'until it settles' ? null : run.gates.checks;
  const input: WatchChecksInput = {
    service,
    deployment,
    commit: checkout.commit,
    require,
    known: known && { missing: known.missing, pending: known.pending, fault: known.fault },
    isLast: how === 'last',
  };
  const summary = summaryLine(`waits for ${named(require)} on ${checkout.commit.slice(0, 12)}`);
  return gates(withinMs).watchChecks.executeWithOptions({ summary }, [input]);
}

function show(run: DeploymentRun, { missing, pending, fault }: ChecksStandingShown): void {
  const { checks } = run.gates;
  if (checks !== null) run.gates.checks = { ...checks, missing, pending, fault };
}

function concluded(run: DeploymentRun, checks: RequiredChecks, seen: WatchChecksResult): Stop | null {
  run.gates.checks = null;
  if (seen.outcome === 'failed') return failed(`checks: ${seen.reason}`);
  if (seen.outcome === 'waiting') return failed(`checks: ${overdueChecksText(checks, seen, seen.fault)}`);
  run.evidence = [...run.evidence, ...seen.evidence];
  record(run, { event: 'checks-passed', message: `${named(checks.require)} reported success` });
  return null;
}
