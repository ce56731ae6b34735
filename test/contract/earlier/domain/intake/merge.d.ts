import type { ServiceName } from '../names.ts';
import { type BroughtCommit, type Revert, type ToldCommit } from './reverts.ts';
export interface MergeSource {
    readonly from: 'merge';
    readonly commit: string;
    readonly before: string;
    readonly branch: string;
    readonly authors: readonly string[];
    readonly pusher: string;
    readonly subject: string;
    readonly brings?: readonly BroughtCommit[];
    readonly reverts?: readonly Revert[];
}
export interface VerifiedPush {
    readonly repository: string;
    readonly ref: string;
    readonly before: string;
    readonly after: string;
    readonly authors: readonly string[];
    readonly pusher: string;
    readonly message: string;
    readonly commits?: readonly ToldCommit[];
}
export interface DeployedBranch {
    readonly service: ServiceName;
    readonly repository: string;
    readonly branch: string;
}
export declare const ignoredReasons: readonly ['unknown-repository', 'other-branch', 'unchanged', 'branch-deleted', 'tag', 'not-a-branch'];
export type IgnoredReason = (typeof ignoredReasons)[number];
export interface Move {
    readonly service: ServiceName;
    readonly key: string;
    readonly source: MergeSource;
}
export interface Ignored {
    readonly service: ServiceName | null;
    readonly reason: IgnoredReason;
    readonly message: string;
}
export interface MergeDecision {
    readonly moves: readonly Move[];
    readonly ignored: readonly Ignored[];
}
export declare const noCommit: string;
export declare function decideMerge(push: VerifiedPush, services: readonly DeployedBranch[]): MergeDecision;
export declare const broughtBy: ({ commit, subject, brings }: MergeSource) => readonly BroughtCommit[];
export declare const deliveryKey: (service: ServiceName, branch: string, before: string, after: string) => string;
