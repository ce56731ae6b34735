export interface MetricGate {
    readonly name: string;
    readonly promql: string;
    readonly max: number | null;
    readonly min: number | null;
    readonly forMs: number;
    readonly everyMs: number;
    readonly samples: number;
}
export interface Sample {
    readonly atMs: number;
    readonly value: number;
}
export type Series = readonly Sample[];
export type MetricAnswer = {
    readonly series: readonly Series[];
} | {
    readonly fault: string;
};
export type MetricVerdict = 'good' | 'bad' | 'inconclusive';
export interface MetricJudgement {
    readonly verdict: MetricVerdict;
    readonly value: number | null;
    readonly why: string | null;
}
export declare function judgeMetric(gate: MetricGate, answer: MetricAnswer): MetricJudgement;
export declare function verdictOf(verdicts: readonly MetricVerdict[]): MetricVerdict;
export interface MetricWatch {
    readonly nowMs: number;
    readonly untilMs: number;
    readonly graceMs: number;
}
export declare function decideWatch(verdict: MetricVerdict, { nowMs, untilMs, graceMs }: MetricWatch): MetricVerdict | 'go on';
export declare const graceOf: (gates: readonly MetricGate[]) => number;
export declare const watchOf: (gates: readonly MetricGate[]) => number;
