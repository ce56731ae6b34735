import type { DeploymentRequest, LaneLock, OpenDeployment, OpenRefusal } from '../../activities/lane/contract.ts';
import type { MakesWay } from '../../domain/lane/hotfix.ts';
import type { LockRights } from '../../domain/lane/lock-rules.ts';
import type { PendingRollback } from '../../domain/lane/rollback-follow-up.ts';
import type { DeploymentNumber, ReleaseNumber, ServiceName } from '../../domain/names.ts';
import type { DeploymentKind, DeploymentOutcome } from '../../domain/states.ts';
export declare const laneWorkflowId: (service: ServiceName) => string;
export interface LaneInput {
    readonly service: ServiceName;
    readonly carried: LaneCarried | null;
    readonly maxUpdates?: number;
}
export declare const updatesPerHistory = 200;
export declare const laneStart: (service: ServiceName) => {
    workflowId: string;
    taskQueue: string;
    args: [LaneInput];
    workflowIdConflictPolicy: 'USE_EXISTING';
    staticSummary: string;
};
export interface LaneCarried extends LaneStatus {
    readonly rollback: PendingRollback | null;
    readonly recent: readonly RecentAnswer[];
}
export type RecentAnswer = {
    readonly key: string;
} & ({
    readonly verb: 'submit';
    readonly answer: Accepted;
} | {
    readonly verb: 'rollback';
    readonly answer: RollbackAnswer;
} | {
    readonly verb: 'hotfix';
    readonly answer: Exclude<HotfixAnswer, {
        readonly outcome: 'refused';
    }>;
} | {
    readonly verb: 'withdraw';
    readonly deployment: DeploymentNumber;
} | {
    readonly verb: 'lock' | 'unlock';
});
export interface LaneStatus {
    readonly lock: LaneLock | null;
    readonly active: OpenDeployment | null;
    readonly queue: readonly OpenDeployment[];
    readonly held: string | null;
}
export interface SubmitMessage {
    readonly request: DeploymentRequest;
    readonly queueWhenLocked: boolean;
}
export interface Accepted {
    readonly outcome: 'accepted' | 'repeated';
    readonly deployment: DeploymentNumber;
    readonly release: ReleaseNumber;
    readonly kind: DeploymentKind;
    readonly ahead: number;
    readonly lock: LaneLock | null;
    readonly superseded?: readonly DeploymentNumber[];
}
export type SubmitAnswer = Accepted | {
    readonly outcome: 'refused';
    readonly code: 'lane-locked' | OpenRefusal;
    readonly message: string;
};
export interface LaneMessage {
    readonly by: string;
    readonly reason: string;
    readonly key: string;
}
export interface LockMessage extends LaneMessage {
    readonly until?: string | null;
    readonly rights?: LockRights;
}
export type UnlockAnswer = LaneStatus & {
    readonly refused?: string;
};
export interface WithdrawMessage extends LaneMessage {
    readonly deployment: DeploymentNumber;
}
export type WithdrawAnswer = {
    readonly outcome: 'withdrawn';
} | {
    readonly outcome: 'refused';
    readonly message: string;
};
export interface RollbackMessage extends LaneMessage {
    readonly traceparent: string | null;
}
export type RollbackAnswer = {
    readonly outcome: 'undoing';
    readonly deployment: DeploymentNumber;
} | {
    readonly outcome: 'accepted' | 'repeated';
    readonly deployment: DeploymentNumber;
} | {
    readonly outcome: 'refused';
    readonly code: 'nothing-to-roll-back-to';
    readonly message: string;
};
export interface HotfixMessage extends LaneMessage {
    readonly release: ReleaseNumber;
    readonly hold: boolean;
    readonly althoughReverted?: boolean;
    readonly traceparent: string | null;
}
export type HotfixAnswer = {
    readonly outcome: 'accepted' | 'repeated';
    readonly deployment: DeploymentNumber;
    readonly active: {
        readonly deployment: DeploymentNumber;
        readonly how: MakesWay['how'];
    } | null;
    readonly lock: LaneLock | null;
} | {
    readonly outcome: 'refused';
    readonly code: OpenRefusal;
    readonly message: string;
};
export declare const hotfixUpdate: import("@temporalio/common").UpdateDefinition<HotfixAnswer, [HotfixMessage], string>;
export declare const submitUpdate: import("@temporalio/common").UpdateDefinition<SubmitAnswer, [SubmitMessage], string>;
export declare const rollbackUpdate: import("@temporalio/common").UpdateDefinition<RollbackAnswer, [RollbackMessage], string>;
export declare const withdrawUpdate: import("@temporalio/common").UpdateDefinition<WithdrawAnswer, [WithdrawMessage], string>;
export declare const lockUpdate: import("@temporalio/common").UpdateDefinition<LaneStatus, [LockMessage], string>;
export declare const unlockUpdate: import("@temporalio/common").UpdateDefinition<UnlockAnswer, [LockMessage], string>;
export declare const deploymentEndedSignal: import("@temporalio/workflow").SignalDefinition<[{
    readonly deployment: DeploymentNumber;
    readonly outcome: DeploymentOutcome;
}], string>;
export declare const laneQuery: import("@temporalio/workflow").QueryDefinition<LaneStatus, [], string>;
