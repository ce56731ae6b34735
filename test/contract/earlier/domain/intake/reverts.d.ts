export interface BroughtCommit {
    readonly commit: string;
    readonly pull: number | null;
}
export type Revert = {
    readonly by: string;
} & ({
    readonly commit: string;
} | {
    readonly pull: number;
});
export interface ToldCommit {
    readonly commit: string;
    readonly message: string;
}
export declare function pullOf(message: string): number | null;
export declare function revertsIn(repository: string, { commit: by, message }: ToldCommit): readonly Revert[];
export declare const takesBack: (revert: Revert, { commit, pull }: BroughtCommit) => boolean;
