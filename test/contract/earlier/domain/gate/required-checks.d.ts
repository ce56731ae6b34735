import { type CommitStatus } from './commit-status.ts';
export interface RequiredChecks {
    readonly require: readonly string[];
    readonly withinMs: number;
}
export interface ChecksStanding {
    readonly missing: readonly string[];
    readonly pending: readonly string[];
}
export type ChecksDecision = {
    readonly outcome: 'passed';
    readonly used: readonly CommitStatus[];
} | {
    readonly outcome: 'failed';
    readonly bad: readonly CommitStatus[];
} | ({
    readonly outcome: 'waiting';
} & ChecksStanding);
export declare function decideChecks(require: readonly string[], statuses: readonly CommitStatus[]): ChecksDecision;
export declare const failedChecksText: (bad: readonly CommitStatus[]) => string;
export declare function standingText({ missing, pending }: ChecksStanding): string;
export declare const overdueChecksText: ({ withinMs }: RequiredChecks, standing: ChecksStanding, fault: string | null) => string;
export declare const requiredChecksText: ({ require, withinMs }: RequiredChecks) => string;
