import type { MetricGate } from '../gate/metric.ts';
import type { RequiredChecks } from '../gate/required-checks.ts';
import type { Selector } from '../goal/goal.ts';
import type { Hooks } from '../hook/hook.ts';
import type { RegionName, ServiceName } from '../names.ts';
import type { Role } from '../states.ts';
export type Share = {
    readonly hosts: number;
} | {
    readonly percent: number;
};
export interface RunConfig {
    readonly command: readonly string[];
    readonly env: Readonly<Record<string, string>>;
    readonly restart: 'stop-first';
}
export interface HealthConfig {
    readonly http: string;
    readonly startPeriodMs: number;
    readonly intervalMs: number;
    readonly timeoutMs: number;
    readonly healthyAfter: number;
    readonly unhealthyAfter: number;
}
export interface ReleaseConfig {
    readonly run: RunConfig;
    readonly health: HealthConfig;
}
export interface BuildConfig {
    readonly run: string | null;
    readonly output: string;
    readonly timeoutMs: number;
}
export interface ChecksConfig {
    readonly run: string | null;
    readonly timeoutMs: number;
    readonly required?: RequiredChecks;
}
export interface ApprovePolicy {
    readonly quorum: number;
    readonly roles: readonly Role[];
    readonly expiresMs: number;
}
export interface StageSpec {
    readonly name: string;
    readonly regions: readonly RegionName[];
    readonly batches: readonly Share[];
    readonly bakeMs: number;
    readonly metrics?: readonly MetricGate[];
}
export interface VerifySpec {
    readonly run: string | null;
    readonly timeoutMs: number;
    readonly metrics?: readonly MetricGate[];
}
export interface Budget {
    readonly failedPercent: number;
    readonly cap: number;
}
export interface RolloutSpec {
    readonly stages: readonly StageSpec[];
    readonly budget: Budget;
    readonly batchTimeoutMs: number;
    readonly absentAfterMs: number;
    readonly undoDeadlineMs: number;
    readonly verify: VerifySpec | null;
}
export interface RollbackPolicy {
    readonly automatic: boolean;
    readonly lockAfter: boolean;
}
export interface ServiceSpec {
    readonly service: ServiceName;
    readonly build: BuildConfig;
    readonly checks: ChecksConfig | null;
    readonly run: RunConfig;
    readonly on: Selector;
    readonly health: HealthConfig;
    readonly approve: ApprovePolicy | null;
    readonly hooks?: Hooks;
    readonly compatibleWith?: 'none';
    readonly rollout: RolloutSpec;
    readonly rollback: RollbackPolicy;
}
export interface SpecProblem {
    readonly path: string;
    readonly line: number;
    readonly column: number;
    readonly message: string;
}
