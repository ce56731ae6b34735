import { condition } from '@temporalio/workflow';
import type { QuorumDecision } from '../../domain/approval/quorum.ts';
import { decideQuorum } from '../../domain/approval/quorum.ts';
import type { Stop } from '../../domain/deployment/ending.ts';
import { releases } from '../activity-options/control.ts';
import type { DeploymentRun } from './deployment-run.ts';
import { plannedOf, releaseOf } from './deployment-run.ts';
import { enter, record } from './record.ts';
import { failed } from './stop.ts';

/** Has the release admitted to its regions, once those who must agree have. */
export async function admit(run: DeploymentRun): Promise<Stop | null> {
  const { plan, binding } = plannedOf(run);
  run.askedAtMs = Date.now();
  const { counted } = plan.approve === null ? quorumOf(run) : await untilApproved(run);
  if (plan.approve === null) {
    const { service, release } = run.input;
    run.admission = (await releases.findAdmission({ service, release, regions: binding.regions })).admission;
  }
  if (run.admission === null) {
    const admitted = await releases.admitRelease({ binding, approvals: counted, evidence: run.evidence });
    if (admitted.outcome === 'refused') return failed(`${releaseOf(run)} was not admitted: ${admitted.reason}`);
    run.admission = admitted.admission;
  }
  record(run, { event: 'admitted', message: `${releaseOf(run)} may run in ${binding.regions.join(', ')}` });
  return null;
}

/** Asks until the quorum is met: again when an approval expires, and when nobody has answered for as long. */
async function untilApproved(run: DeploymentRun): Promise<QuorumDecision> {
  enter(run, 'approving', { event: 'approval-wanted', message: `waits for approval, ${countsOf(showQuorum(run))}` });
  for (;;) {
    const quorum = showQuorum(run);
    if (quorum.outcome === 'met') return quorum;
    const approvals = run.approvals.length;
    const given = await condition(() => run.approvals.length > approvals, quorum.expiresMs - Date.now(), {
      summary: 'the approval expires',
    });
    if (given) continue;
    run.askedAtMs = Date.now();
    record(run, { event: 'approval-expired', message: `asks again for approval, ${countsOf(showQuorum(run))}` });
  }
}

const countsOf = ({ given, wanted }: QuorumDecision): string => `${given} of ${wanted}`;

/** What the approvals come to now, and until when people are asked. */
export function showQuorum(run: DeploymentRun): QuorumDecision & { readonly expiresMs: number } {
  const quorum = quorumOf(run);
  const expiresMs = quorum.nextExpiryMs ?? run.askedAtMs + (plannedOf(run).plan.approve?.expiresMs ?? 0);
  const { given, wanted } = quorum;
  run.quorum = { given, wanted, expiresAt: new Date(expiresMs).toISOString() };
  return { ...quorum, expiresMs };
}

const quorumOf = (run: DeploymentRun): QuorumDecision =>
  decideQuorum({
    policy: plannedOf(run).plan.approve,
    approvals: run.approvals,
    excluded: excludedFrom(run),
    nowMs: Date.now(),
  });

/** Nobody approves a change of their own, nor what they ask for themselves. */
export function excludedFrom({ input: { source } }: DeploymentRun): readonly string[] {
  return source.from === 'merge' ? [source.author, source.pusher] : [source.person];
}
