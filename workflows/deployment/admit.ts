import type { Stop } from '../../domain/deployment/ending.ts';
import { releases } from '../activity-options/control.ts';
import { askedAgain, countOf, countsOf, markBrokenGlass, showQuorum, untilAgreed, untilMoved } from './asking.ts';
import type { Agreement } from './asking.ts';
import type { DeploymentRun } from './deployment-run.ts';
import { askedBy, plannedOf, releaseOf } from './deployment-run.ts';
import { planAgain } from './plan-again.ts';
import { quorumOf } from './quorum.ts';
import { enter, record } from './record.ts';
import { failed } from './stop.ts';

/** Has the release admitted to its regions, once those who must agree have. */
export async function admit(run: DeploymentRun): Promise<Stop | null> {
  const { plan, binding } = plannedOf(run);
  run.askedAtMs = Date.now();
  if (plan.approve === null) {
    const { service, release } = run.input;
    run.admission = (await releases.findAdmission({ service, release, regions: binding.regions })).admission;
  }
  const refused = run.admission === null ? await untilAdmitted(run) : null;
  if (refused !== null) return failed(`${releaseOf(run)} was not admitted: ${refused}`);
  record(run, { event: 'admitted', message: `${releaseOf(run)} may run in ${binding.regions.join(', ')}` });
  return null;
}

/** `null` when it was admitted, else why it can't be. Where the approvals don't do after all, people are asked again. */
async function untilAdmitted(run: DeploymentRun): Promise<string | null> {
  for (;;) {
    const agreement = await agreed(run);
    if (typeof agreement === 'string') return agreement;
    const changed = await changedMeanwhile(run);
    if (changed === 'asked again') continue;
    if (changed !== null) return changed.refused;
    const known = countOf(run);
    const { quorum, glass } = agreement;
    const { binding } = plannedOf(run);
    const input = { binding, approvals: quorum.counted, askedBy: askedBy(run), evidence: run.evidence };
    const admitted = await releases.admitRelease({ ...input, ...(glass && { broken: glass.counted }) });
    if (admitted.outcome === 'refused') return admitted.reason;
    if (admitted.outcome === 'admitted') {
      // Written with the admission by now; a worker of the version before left it to this.
      await markBrokenGlass(run, agreement);
      run.admission = admitted.admission;
      return null;
    }
    askedAgain(run, `: ${admitted.reason}`);
    await untilMoved(run, showQuorum(run).expiresMs, known);
  }
}

/**
 * An approval is void when what it is bound to has changed since, at whatever moment it was given. Each such turn takes new
 * words of people, so this ends: where the new plan asks nobody, nothing was agreed to that could be void.
 */
async function changedMeanwhile(run: DeploymentRun): Promise<'asked again' | { readonly refused: string } | null> {
  const { planned } = run;
  if (planned?.plan.approve === null) return null;
  const refused = await planAgain(run);
  if (refused !== null) return { refused };
  if (run.planned === planned) return null;
  if (plannedOf(run).plan.approve !== null) askedAgain(run, `, ${countsOf(showQuorum(run))}`);
  return 'asked again';
}

/** Who agreed, or why nobody can any more: people are asked about a plan as it would be made now. */
async function agreed(run: DeploymentRun): Promise<Agreement | string> {
  if (plannedOf(run).plan.approve === null) return { quorum: quorumOf(run), glass: null };
  if (run.state !== 'approving') {
    const message = `waits for approval, ${countsOf(showQuorum(run))}`;
    enter(run, 'approving', { event: 'approval-wanted', message });
  }
  let refused: string | null = null;
  const agreement = await untilAgreed(run, async () => {
    refused = await planAgain(run);
    return refused === null;
  });
  return agreement ?? refused ?? 'nobody is asked any more';
}
