import { condition } from '@temporalio/workflow';
import type { QuorumDecision } from '../../domain/approval/quorum.ts';
import type { Stop } from '../../domain/deployment/ending.ts';
import { releases } from '../activity-options/control.ts';
import type { DeploymentRun } from './deployment-run.ts';
import { askedBy, plannedOf, releaseOf } from './deployment-run.ts';
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
  const { plan, binding } = plannedOf(run);
  for (;;) {
    const quorum = plan.approve === null ? quorumOf(run) : await untilApproved(run);
    const known = run.approvals.length;
    const input = { binding, approvals: quorum.counted, askedBy: askedBy(run), evidence: run.evidence };
    const admitted = await releases.admitRelease(input);
    if (admitted.outcome === 'refused') return admitted.reason;
    if (admitted.outcome === 'admitted') {
      run.admission = admitted.admission;
      return null;
    }
    run.askedAtMs = Date.now();
    record(run, { event: 'approval-expired', message: `asks again for approval: ${admitted.reason}` });
    await untilQuorumMoves(run, showQuorum(run), known);
  }
}

/** Asks until the quorum is met: again when an approval expires, and when nobody has answered for as long. */
async function untilApproved(run: DeploymentRun): Promise<QuorumDecision> {
  if (run.state !== 'approving') {
    enter(run, 'approving', { event: 'approval-wanted', message: `waits for approval, ${countsOf(showQuorum(run))}` });
  }
  for (;;) {
    const quorum = showQuorum(run);
    if (quorum.outcome === 'met') return quorum;
    if (await untilQuorumMoves(run, quorum, run.approvals.length)) continue;
    run.askedAtMs = Date.now();
    record(run, { event: 'approval-expired', message: `asks again for approval, ${countsOf(showQuorum(run))}` });
  }
}

/** True when somebody approved beyond the `known`, false when the first of the approvals has expired, or the time to give one. */
function untilQuorumMoves(run: DeploymentRun, { expiresMs }: ShownQuorum, known: number): Promise<boolean> {
  const given = () => run.approvals.length > known;
  return condition(given, Math.max(1, expiresMs - Date.now()), { summary: 'the approval expires' });
}

const countsOf = ({ given, wanted }: QuorumDecision): string => `${given} of ${wanted}`;

type ShownQuorum = QuorumDecision & { readonly expiresMs: number };

/** What the approvals come to now, and until when people are asked. */
export function showQuorum(run: DeploymentRun): ShownQuorum {
  const quorum = quorumOf(run);
  const expiresMs = quorum.nextExpiryMs ?? run.askedAtMs + (plannedOf(run).plan.approve?.expiresMs ?? 0);
  const { given, wanted } = quorum;
  run.quorum = { given, wanted, expiresAt: new Date(expiresMs).toISOString() };
  return { ...quorum, expiresMs };
}
