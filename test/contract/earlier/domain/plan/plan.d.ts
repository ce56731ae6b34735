import type { Placement } from '../goal/goal.ts';
import type { Hooks } from '../hook/hook.ts';
import type { DeploymentNumber, Digest, RegionName, ReleaseNumber, ServiceName } from '../names.ts';
import type { MetricGate } from '../gate/metric.ts';
import type { RequiredChecks } from '../gate/required-checks.ts';
import type { ApprovePolicy, Budget, RollbackPolicy, Share, VerifySpec } from '../spec/service-spec.ts';
import type { DeploymentKind } from '../states.ts';
export interface PlannedStage {
    readonly name: string;
    readonly regions: readonly RegionName[];
    readonly batches: readonly Share[];
    readonly bakeMs: number;
    readonly metrics?: readonly MetricGate[];
}
export interface Plan {
    readonly format: 'slipway.plan/1';
    readonly service: ServiceName;
    readonly deployment: DeploymentNumber;
    readonly kind: DeploymentKind;
    readonly release: Placement;
    readonly stages: readonly PlannedStage[];
    readonly checks?: RequiredChecks;
    readonly approve: ApprovePolicy | null;
    readonly budget: Budget;
    readonly batchTimeoutMs: number;
    readonly absentAfterMs: number;
    readonly undoDeadlineMs: number;
    readonly verify: VerifySpec | null;
    readonly rollback: RollbackPolicy;
    readonly hooks?: Hooks;
    readonly compatibleWith?: 'none';
}
export interface ApprovalBinding {
    readonly service: ServiceName;
    readonly deployment: DeploymentNumber;
    readonly release: {
        readonly number: ReleaseNumber;
        readonly digest: Digest;
    };
    readonly planDigest: Digest;
    readonly regions: readonly RegionName[];
}
export declare const plannedRegions: (plan: Plan) => readonly RegionName[];
export declare const bindingOf: (plan: Plan, planDigest: Digest) => ApprovalBinding;
