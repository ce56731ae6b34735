import type { Weekly } from '../calendar/recurrence.ts';
import type { Placement } from '../goal/goal.ts';
import type { Hooks } from '../hook/hook.ts';
import type { LeftBehind } from '../hook/left-behind.ts';
import type { DeploymentNumber, Digest, RegionName, ReleaseNumber, ServiceName } from '../names.ts';
import type { MetricGate } from '../gate/metric.ts';
import type { RequiredChecks } from '../gate/required-checks.ts';
import type { ApprovePolicy, Budget, RollbackPolicy, ServiceSpec, Share, VerifySpec } from '../spec/service-spec.ts';
import type { DeploymentKind } from '../states.ts';

export interface PlannedStage {
  readonly name: string;
  readonly regions: readonly RegionName[];
  readonly batches: readonly Share[];
  readonly bakeMs: number;
  /** Left out when nobody is asked before it begins. */
  readonly approve?: ApprovePolicy;
  /** Left out when the stage has none. */
  readonly metrics?: readonly MetricGate[];
}

/**
 * Immutable data, computed before anything is touched. Its digest (`protocol/plan-digest.ts`) covers all of this, and
 * no host count: those move every second, and an approval must not become void by them.
 */
export interface Plan {
  readonly format: 'slipway.plan/1';
  readonly service: ServiceName;
  readonly deployment: DeploymentNumber;
  readonly kind: DeploymentKind;
  readonly release: Placement;
  readonly stages: readonly PlannedStage[];
  /** Left out when nothing is required, or the release was admitted before: then it rests on what was reported then. */
  readonly checks?: RequiredChecks;
  readonly approve: ApprovePolicy | null;
  readonly budget: Budget;
  readonly batchTimeoutMs: number;
  readonly absentAfterMs: number;
  readonly undoDeadlineMs: number;
  readonly verify: VerifySpec | null;
  readonly rollback: RollbackPolicy;
  /** Left out when there are none, and of a rollback, which runs none. */
  readonly hooks?: Hooks;
  /** As in the spec. */
  readonly compatibleWith?: 'none';
  /** What deployments before it did and nobody took back; left out when that is nothing, and of a rollback. */
  readonly leftBehind?: readonly LeftBehind[];
  /** Regions of the spec that were being drained, so that it doesn't go there; left out when none was. */
  readonly drained?: readonly RegionName[];
  /** Stages begin only inside it; left out when there is none, and of a rollback. */
  readonly window?: Weekly;
}

/** What an approval is bound to: when any of it changes, the approval is void. */
export interface ApprovalBinding {
  readonly service: ServiceName;
  readonly deployment: DeploymentNumber;
  readonly release: { readonly number: ReleaseNumber; readonly digest: Digest };
  readonly planDigest: Digest;
  /** The stage that may begin, and then `regions` are its own; left out when it is the release that may run at all. */
  readonly stage?: string;
  readonly regions: readonly RegionName[];
  /** Of the decision to skip one: that region, and no other. */
  readonly region?: RegionName | undefined;
  /** Of a resume or the end of an undo: what waits for it (`domain/deployment/token-wait.ts`), and nothing later. */
  readonly wait?: string | undefined;
}

/** Every region that the plan touches, in the order of its stages. */
export const plannedRegions = (plan: Plan): readonly RegionName[] => plan.stages.flatMap((stage) => stage.regions);

/** Every region that a spec goes to. */
export const regionsOf = ({ rollout }: Pick<ServiceSpec, 'rollout'>): readonly RegionName[] =>
  rollout.stages.flatMap(({ regions }) => regions);

/** What people approve when they approve this plan. */
export const bindingOf = (plan: Plan, planDigest: Digest): ApprovalBinding => ({
  service: plan.service,
  deployment: plan.deployment,
  release: plan.release.release,
  planDigest,
  regions: plannedRegions(plan),
});

/** What people approve when they let one stage begin: it lets no other, and admits nothing. */
export const stageBindingOf = (plan: Plan, planDigest: Digest, stage: PlannedStage): ApprovalBinding => ({
  ...bindingOf(plan, planDigest),
  stage: stage.name,
  regions: stage.regions,
});
