import type { QuorumDecision } from '../../domain/approval/quorum.ts';
import { decideQuorum } from '../../domain/approval/quorum.ts';
import type { DeploymentRun } from './deployment-run.ts';
import { plannedOf } from './deployment-run.ts';

/** What the approvals come to now. Once there is a plan. */
export function quorumOf(run: DeploymentRun): QuorumDecision {
  const { plan, excluded } = plannedOf(run);
  return decideQuorum({ policy: plan.approve, approvals: run.approvals, excluded, nowMs: Date.now() });
}
