import type { BreakGlassDecision } from '../../domain/approval/break-glass.ts';
import { decideBreakGlass, defaultBreakGlass } from '../../domain/approval/break-glass.ts';
import type { QuorumDecision } from '../../domain/approval/quorum.ts';
import { decideQuorum } from '../../domain/approval/quorum.ts';
import type { ApprovalBinding } from '../../domain/plan/plan.ts';
import { stageBindingOf } from '../../domain/plan/plan.ts';
import type { ApprovePolicy } from '../../domain/spec/service-spec.ts';
import type { DeploymentRun } from './deployment-run.ts';
import { plannedOf } from './deployment-run.ts';

/** What people are asked to agree to: that the release may run at all, or that a stage begins. */
export interface Question {
  readonly stage: string | null;
  readonly policy: ApprovePolicy | null;
  readonly binding: ApprovalBinding;
}

/** The one that is open, else the last one. Once there is a plan. */
export function questionOf(run: DeploymentRun): Question {
  const { plan, planDigest, binding } = plannedOf(run);
  const { stageAsked } = run;
  if (stageAsked === null) return { stage: null, policy: plan.approve, binding };
  const { name, approve = null } = stageAsked;
  return { stage: name, policy: approve, binding: stageBindingOf(plan, planDigest, stageAsked) };
}

/** What the approvals come to now. */
export const quorumOf = (run: DeploymentRun): QuorumDecision =>
  decideQuorum({
    policy: questionOf(run).policy,
    approvals: run.approvals,
    excluded: plannedOf(run).excluded,
    nowMs: Date.now(),
  });

/** Whether enough persons go past them. */
export const glassOf = (run: DeploymentRun): BreakGlassDecision =>
  decideBreakGlass({
    policy: questionOf(run).policy?.breakGlass ?? defaultBreakGlass,
    broken: run.broken,
    excluded: plannedOf(run).excluded,
    nowMs: Date.now(),
  });
