import type { MetricGate, MetricVerdict } from '../../domain/gate/metric.ts';
import type { ChecksStanding } from '../../domain/gate/required-checks.ts';
import type { DeploymentNumber, Digest, RegionName, ServiceName } from '../../domain/names.ts';
export interface WatchChecksInput {
    readonly service: ServiceName;
    readonly deployment: DeploymentNumber;
    readonly commit: string;
    readonly require: readonly string[];
    readonly known: ChecksStandingShown | null;
    readonly isLast: boolean;
}
export interface ChecksStandingShown extends ChecksStanding {
    readonly fault: string | null;
}
export interface StatusEvidence {
    readonly kind: 'status';
    readonly digest: Digest;
    readonly url: string | null;
    readonly detail: string;
}
export type WatchChecksResult = {
    readonly outcome: 'passed';
    readonly evidence: readonly StatusEvidence[];
} | {
    readonly outcome: 'failed';
    readonly reason: string;
} | ({
    readonly outcome: 'waiting';
} & ChecksStandingShown);
export interface WatchMetricsInput {
    readonly service: ServiceName;
    readonly release: string;
    readonly regions: readonly RegionName[];
    readonly metrics: readonly MetricGate[];
    readonly fromMs: number;
    readonly untilMs: number;
    readonly graceMs: number;
    readonly tellAtMs: number | null;
}
export interface WatchMetricsResult {
    readonly outcome: MetricVerdict | 'watching';
    readonly text: string;
}
export interface GateActivities {
    watchChecks(input: WatchChecksInput): Promise<WatchChecksResult>;
    watchMetrics(input: WatchMetricsInput): Promise<WatchMetricsResult>;
}
