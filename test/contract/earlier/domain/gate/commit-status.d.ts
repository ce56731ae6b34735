export declare const commitStates: readonly ['success', 'pending', 'error', 'failure'];
export type CommitState = (typeof commitStates)[number];
export interface CommitStatus {
    readonly context: string;
    readonly state: CommitState;
    readonly url: string | null;
    readonly at: string;
}
export declare function newestByContext(statuses: readonly CommitStatus[]): ReadonlyMap<string, CommitStatus>;
