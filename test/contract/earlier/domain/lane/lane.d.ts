import type { DeploymentNumber, ReleaseNumber } from '../names.ts';
import type { DeploymentKind } from '../states.ts';
export interface LaneLock {
    readonly owner: string;
    readonly reason: string;
    readonly since: string;
    readonly until?: string | undefined;
}
export interface OpenDeployment {
    readonly deployment: DeploymentNumber;
    readonly release: ReleaseNumber;
    readonly kind: DeploymentKind;
    readonly key: string;
    readonly started: boolean;
    readonly hotfix?: boolean;
}
export interface LaneState {
    readonly lock: LaneLock | null;
    readonly active: OpenDeployment | null;
    readonly queue: readonly OpenDeployment[];
}
export declare const emptyLane: LaneState;
export type LaneEvent = {
    readonly kind: 'loaded';
    readonly lock: LaneLock | null;
    readonly open: readonly OpenDeployment[];
} | {
    readonly kind: 'opened';
    readonly deployment: OpenDeployment;
} | {
    readonly kind: 'requeued';
    readonly open: readonly OpenDeployment[];
} | {
    readonly kind: 'superseded';
    readonly deployments: readonly DeploymentNumber[];
} | {
    readonly kind: 'started';
    readonly deployment: DeploymentNumber;
} | {
    readonly kind: 'ended';
    readonly deployment: DeploymentNumber;
    readonly lock: LaneLock | null;
} | {
    readonly kind: 'locked';
    readonly lock: LaneLock;
} | {
    readonly kind: 'unlocked';
};
export declare function apply(state: LaneState, event: LaneEvent): LaneState;
export type LaneStep = {
    readonly do: 'start';
    readonly deployment: OpenDeployment;
} | {
    readonly do: 'wait';
    readonly until: 'active ends' | 'unlocked' | 'submitted';
};
export declare function nextStep(state: LaneState): LaneStep;
export declare function nextInQueue({ queue, lock }: LaneState): OpenDeployment | null;
export declare function ahead(state: LaneState, deployment: DeploymentNumber): number;
export declare const isOpen: (state: LaneState, deployment: DeploymentNumber) => boolean;
interface Ranked {
    readonly kind: DeploymentKind;
    readonly hotfix?: unknown;
}
export declare const inStartOrder: <Waiting extends Ranked>(oldestFirst: readonly Waiting[]) => Waiting[];
export declare const passesLock: (waiting: Ranked) => boolean;
export {};
