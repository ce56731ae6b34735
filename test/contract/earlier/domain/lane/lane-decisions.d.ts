import type { DeploymentNumber, ServiceName } from '../names.ts';
import type { LaneLock, LaneState, OpenDeployment } from './lane.ts';
export type SubmitDecision = {
    readonly outcome: 'accept';
} | {
    readonly outcome: 'refuse';
    readonly code: 'lane-locked';
    readonly message: string;
};
export declare function decideSubmit(state: LaneState, { queueWhenLocked }: {
    readonly queueWhenLocked: boolean;
}): SubmitDecision;
export declare function whyNotWithdrawn({ active, queue }: LaneState, service: ServiceName, deployment: DeploymentNumber): string | null;
export type ActiveReach = 'none' | 'untouched' | 'touched' | 'finishing';
export interface RollbackRequest {
    readonly by: string;
    readonly reason: string;
    readonly at: string;
    readonly reach: ActiveReach;
}
export type RollbackDecision = {
    readonly do: 'abort';
    readonly deployment: OpenDeployment;
    readonly lock: LaneLock;
} | {
    readonly do: 'open';
    readonly cancel: OpenDeployment | null;
    readonly finishing: OpenDeployment | null;
    readonly lock: LaneLock;
} | {
    readonly do: 'await';
    readonly deployment: OpenDeployment;
};
export declare function decideRollback(state: LaneState, { by, reason, at, reach }: RollbackRequest): RollbackDecision;
