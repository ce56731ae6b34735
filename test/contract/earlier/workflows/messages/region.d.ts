import type { RegionProgress } from '../../activities/deployment-record/contract.ts';
import type { Attempt } from '../../domain/goal/attempt.ts';
import type { Placement } from '../../domain/goal/goal.ts';
import type { DeploymentNumber, Generation, RegionName, ServiceName } from '../../domain/names.ts';
import type { Budget, Share } from '../../domain/spec/service-spec.ts';
export declare const regionRolloutWorkflowId: (s: ServiceName, d: DeploymentNumber, r: RegionName) => string;
export declare const regionUndoWorkflowId: (s: ServiceName, d: DeploymentNumber, r: RegionName) => string;
export declare const reconcileWorkflowId: (region: RegionName) => string;
export interface RegionRolloutInput {
    readonly service: ServiceName;
    readonly region: RegionName;
    readonly attempt: Attempt;
    readonly next: Placement;
    readonly admission: string;
    readonly batches: readonly Share[];
    readonly budget: Budget;
    readonly batchTimeoutMs: number;
    readonly absentAfterMs: number;
    readonly bakeMs: number;
    readonly paused: boolean;
    readonly controlRevision: number;
    readonly position: RegionPosition | null;
}
export interface RegionPosition {
    readonly batch: number;
    readonly attempt: Attempt;
    readonly generation: Generation | 0;
    readonly progress: RegionProgress;
}
export interface RegionRolloutResult {
    readonly outcome: 'ready' | 'stop';
    readonly reason: string;
    readonly attempt: Attempt;
    readonly generation: Generation | 0;
    readonly progress: RegionProgress;
}
export interface RegionUndoInput {
    readonly service: ServiceName;
    readonly region: RegionName;
    readonly attempt: Attempt;
    readonly next: Placement;
    readonly controlRevision: number;
    readonly knownGeneration: Generation | 0;
    readonly absentAfterMs: number;
    readonly deadlineMs: number;
}
export interface RegionUndoResult {
    readonly outcome: 'undone' | 'pending' | 'superseded';
    readonly reason: string | null;
}
export interface RegionReport extends RegionProgress {
    readonly held: boolean;
    readonly attempt: Attempt;
    readonly generation: Generation | 0;
    readonly event: string;
    readonly message: string;
}
export declare const pauseRegionSignal: import("@temporalio/workflow").SignalDefinition<[{
    readonly controlRevision: number;
}], string>;
export declare const resumeRegionSignal: import("@temporalio/workflow").SignalDefinition<[{
    readonly controlRevision: number;
}], string>;
export declare const endRegionUndoSignal: import("@temporalio/workflow").SignalDefinition<[{
    readonly reason: string;
}], string>;
export declare const regionProgressSignal: import("@temporalio/workflow").SignalDefinition<[RegionReport], string>;
export interface ReconcileInput {
    readonly region: RegionName;
}
export interface ReconcileResult {
    readonly owed: number;
    readonly settled: number;
}
