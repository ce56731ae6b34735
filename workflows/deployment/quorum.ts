import type { BreakGlassDecision } from '../../domain/approval/break-glass.ts';
import { decideBreakGlass, defaultBreakGlass } from '../../domain/approval/break-glass.ts';
import type { QuorumDecision } from '../../domain/approval/quorum.ts';
import { decideQuorum } from '../../domain/approval/quorum.ts';
import type { ApprovalBinding } from '../../domain/plan/plan.ts';
import { stageBindingOf, type PlannedStage } from '../../domain/plan/plan.ts';
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
  const { plan, binding } = plannedOf(run);
  const { stageAsked } = run;
  return stageAsked === null ? { stage: null, policy: plan.approve, binding } : stageQuestionOf(run, stageAsked);
}

export function stageQuestionOf(run: DeploymentRun, stage: PlannedStage): Question {
  const { plan, planDigest } = plannedOf(run);
  return { stage: stage.name, policy: stage.approve ?? null, binding: stageBindingOf(plan, planDigest, stage) };
}

/** What the approvals come to now: those of the question that is open, unless said. */
export const quorumOf = (
  run: DeploymentRun,
  { policy }: Pick<Question, 'policy'> = questionOf(run),
  approvals = run.approvals,
): QuorumDecision =>
  decideQuorum({
    policy,
    approvals,
    excluded: plannedOf(run).excluded,
    nowMs: Date.now(),
  });

/** Whether enough persons go past them; as above. */
export const glassOf = (
  run: DeploymentRun,
  { policy }: Pick<Question, 'policy'> = questionOf(run),
  broken = run.broken,
): BreakGlassDecision =>
  decideBreakGlass({
    policy: policy?.breakGlass ?? defaultBreakGlass,
    broken,
    excluded: plannedOf(run).excluded,
    nowMs: Date.now(),
  });
