import type { MergeSource, PersonSource } from '../../activities/lane/contract.ts';
import type { RegionProgress } from '../../activities/deployment-record/contract.ts';
import type { SourceRef } from '../../activities/build/contract.ts';
import type { DeploymentNumber, Digest, RegionName, ReleaseNumber, ServiceName } from '../../domain/names.ts';
import type { ApprovalBinding } from '../../domain/plan/plan.ts';
import type { DeploymentKind, DeploymentOutcome, DeploymentState } from '../../domain/states.ts';
export declare const deploymentWorkflowId: (service: ServiceName, deployment: DeploymentNumber) => string;
export interface DeploymentInput {
    readonly service: ServiceName;
    readonly deployment: DeploymentNumber;
    readonly kind: DeploymentKind;
    readonly release: ReleaseNumber;
    readonly build: SourceRef | null;
    readonly source: MergeSource | PersonSource;
    readonly checkout: SourceRef;
    readonly traceparent: string | null;
}
export interface DeploymentResult {
    readonly outcome: DeploymentOutcome;
    readonly reason: string;
    readonly pending: readonly RegionName[];
}
export interface PersonMessage {
    readonly by: string;
    readonly reason: string;
}
export interface AbortMessage extends PersonMessage {
    readonly hold: boolean;
}
export interface TokenMessage {
    readonly token: string;
}
export interface MessageAnswer {
    readonly accepted: boolean;
    readonly message: string;
}
export interface DeploymentStatus {
    readonly state: DeploymentState;
    readonly stage: string | null;
    readonly paused: boolean;
    readonly held: boolean;
    readonly waiting: string | null;
    readonly planDigest: Digest | null;
    readonly binding: ApprovalBinding | null;
    readonly excluded: readonly string[];
    readonly approvals: {
        readonly given: number;
        readonly wanted: number;
    } | null;
    readonly approvedBy?: readonly string[] | undefined;
    readonly regions: readonly RegionProgress[];
    readonly controlRevision: number;
}
export declare const approveUpdate: import("@temporalio/common").UpdateDefinition<MessageAnswer, [TokenMessage], string>;
export declare const rejectUpdate: import("@temporalio/common").UpdateDefinition<MessageAnswer, [PersonMessage], string>;
export declare const pauseUpdate: import("@temporalio/common").UpdateDefinition<MessageAnswer, [PersonMessage], string>;
export declare const resumeUpdate: import("@temporalio/common").UpdateDefinition<MessageAnswer, [TokenMessage], string>;
export declare const abortUpdate: import("@temporalio/common").UpdateDefinition<MessageAnswer, [AbortMessage], string>;
export declare const endUndoUpdate: import("@temporalio/common").UpdateDefinition<MessageAnswer, [TokenMessage], string>;
export declare const approveSignal: import("@temporalio/workflow").SignalDefinition<[string | TokenMessage], string>;
export declare const rejectSignal: import("@temporalio/workflow").SignalDefinition<[Partial<PersonMessage>?], string>;
export declare const pauseSignal: import("@temporalio/workflow").SignalDefinition<[Partial<PersonMessage>?], string>;
export declare const resumeSignal: import("@temporalio/workflow").SignalDefinition<[string | TokenMessage], string>;
export declare const abortSignal: import("@temporalio/workflow").SignalDefinition<[Partial<AbortMessage>?], string>;
export declare const endUndoSignal: import("@temporalio/workflow").SignalDefinition<[string | TokenMessage], string>;
export declare const statusQuery: import("@temporalio/workflow").QueryDefinition<DeploymentStatus, [], string>;
