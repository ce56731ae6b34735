import type { Attempt } from '../../domain/goal/attempt.ts';
import type { GoalMode, Placement, RecordedOutcome, StepAnswer } from '../../domain/goal/goal.ts';
import type { Generation, HostId, RegionName, ServiceName } from '../../domain/names.ts';
import type { Budget, Share } from '../../domain/spec/service-spec.ts';
interface RegionStep {
    readonly service: ServiceName;
    readonly region: RegionName;
    readonly attempt: Attempt;
}
interface FromCentre {
    readonly outcomes: readonly RecordedOutcome[];
    readonly centreGeneration: Generation | 0;
}
export interface Fenced {
    readonly outcome: 'fenced';
    readonly reason: string;
    readonly row: {
        readonly attempt: Attempt;
        readonly generation: Generation;
        readonly mode: GoalMode;
    } | null;
}
export interface Written {
    readonly outcome: 'written';
    readonly answer: StepAnswer;
}
export interface BeginRegionInput extends RegionStep, FromCentre {
    readonly next: Placement;
    readonly admission: string;
    readonly absentAfterMs: number;
}
export interface AdvanceRegionInput extends RegionStep {
    readonly generation: Generation;
    readonly batch: number;
    readonly share: Share;
    readonly absentAfterMs: number;
    readonly budget?: Budget;
}
export interface HostList {
    readonly count: number;
    readonly hosts: readonly HostId[];
}
export interface BatchFixed {
    readonly hosts: number;
    readonly cumulative: number;
    readonly absent: HostList;
    readonly pinned: HostList;
    readonly maintenance: HostList;
}
export type AdvanceRegionResult = {
    readonly outcome: 'written';
    readonly answer: StepAnswer;
    readonly batch: BatchFixed;
} | {
    readonly outcome: 'waiting';
    readonly reason: 'no host' | 'all hosts pinned';
} | Ruling | Fenced;
export interface WatchBatchInput extends RegionStep {
    readonly generation: Generation;
    readonly batch: number;
    readonly budget: Budget;
    readonly batchTimeoutMs: number;
    readonly absentAfterMs: number;
}
export interface BatchCounts {
    readonly switched: number;
    readonly healthy: number;
    readonly failed: number;
    readonly lost: number;
    readonly pending: number;
}
export interface Ruling {
    readonly outcome: 'stop' | 'hold';
    readonly reason: string;
    readonly counts: BatchCounts;
    readonly failed: HostList;
    readonly lost: HostList;
    readonly pinned?: HostList;
    readonly maintenance?: HostList;
}
export type BatchResult = (Omit<Ruling, 'outcome'> & {
    readonly outcome: 'advance';
}) | Ruling | Fenced;
export interface WatchBakeInput extends RegionStep {
    readonly generation: Generation;
    readonly bakeMs: number;
    readonly budget: Budget;
    readonly absentAfterMs: number;
}
export interface FinishRegionInput extends RegionStep {
    readonly generation: Generation;
}
export interface ControlRegionInput extends RegionStep, FromCentre {
    readonly controlRevision: number;
}
export interface WatchUndoInput extends RegionStep {
    readonly generation: Generation;
    readonly absentAfterMs: number;
}
export interface UndoneRegion {
    readonly outcome: 'undone';
    readonly hosts: number;
    readonly unreachable: HostList;
    readonly pinned: HostList;
    readonly refusing: HostList;
}
export interface GoalActivities {
    beginRegion(input: BeginRegionInput): Promise<(Written & {
        readonly hosts: number;
    }) | Fenced>;
    advanceRegion(input: AdvanceRegionInput): Promise<AdvanceRegionResult>;
    watchBatch(input: WatchBatchInput): Promise<BatchResult>;
    watchBake(input: WatchBakeInput): Promise<BatchResult>;
    finishRegion(input: FinishRegionInput): Promise<Written | Fenced>;
}
export interface UrgentGoalActivities {
    holdRegion(input: ControlRegionInput): Promise<Written | Fenced>;
    resumeRegion(input: ControlRegionInput): Promise<Written | Fenced>;
    undoRegion(input: ControlRegionInput): Promise<Written | Fenced>;
    watchUndo(input: WatchUndoInput): Promise<UndoneRegion | Fenced>;
}
export {};
