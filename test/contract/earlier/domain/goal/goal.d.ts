import type { Digest, Generation, HostId, Position, RegionName, ReleaseNumber, ServiceName } from '../names.ts';
import type { Attempt } from './attempt.ts';
export type Selector = Readonly<Record<string, string>>;
export interface Placement {
    readonly release: {
        readonly number: ReleaseNumber;
        readonly digest: Digest;
    };
    readonly selector: Selector;
}
export type GoalMode = 'advance' | 'hold' | 'undo';
export interface GoalContent {
    readonly service: ServiceName;
    readonly region: RegionName;
    readonly generation: Generation;
    readonly attempt: Attempt;
    readonly step: string;
    readonly mode: GoalMode;
    readonly base: Placement | null;
    readonly next: Placement | null;
    readonly keep: readonly Digest[];
    readonly cut: Position | null;
    readonly canaries: readonly HostId[];
}
export interface Goal extends GoalContent {
    readonly admissions: readonly Digest[];
    readonly issuedAt: string;
    readonly expiresAt: string;
}
export interface SnapshotRef {
    readonly digest: Digest;
    readonly hosts: number;
}
export interface StepAnswer {
    readonly attempt: Attempt;
    readonly generation: Generation;
    readonly mode: GoalMode;
    readonly controlRevision: number;
    readonly cut: Position | null;
    readonly base: Placement | null;
    readonly next: Placement | null;
    readonly snapshot: SnapshotRef | null;
}
export interface GoalRow {
    readonly service: ServiceName;
    readonly region: RegionName;
    readonly attempt: Attempt;
    readonly generation: Generation;
    readonly mode: GoalMode;
    readonly controlRevision: number;
    readonly lastStep: {
        readonly id: string;
        readonly attempt: Attempt;
        readonly answer: StepAnswer;
    };
    readonly base: Placement | null;
    readonly next: Placement | null;
    readonly keep: readonly Digest[];
    readonly cut: Position | null;
    readonly canaries: readonly HostId[];
    readonly previous: Placement | null;
    readonly snapshot: SnapshotRef | null;
}
export interface RecordedOutcome {
    readonly deployment: Attempt['deployment'];
    readonly outcome: 'succeeded' | 'undone' | 'held' | 'skipped' | 'unresolved';
}
interface StepBase {
    readonly id: string;
    readonly attempt: Attempt;
}
interface CarriesOutcomes {
    readonly outcomes: readonly RecordedOutcome[];
}
export type BeginStep = StepBase & CarriesOutcomes & {
    readonly kind: 'begin';
    readonly next: Placement;
    readonly canaries: readonly HostId[];
    readonly snapshot: SnapshotRef;
};
export type AdvanceStep = StepBase & {
    readonly kind: 'advance';
    readonly generation: Generation;
    readonly cut: Position;
};
export type FinishStep = StepBase & {
    readonly kind: 'finish';
    readonly generation: Generation;
};
export type HoldStep = StepBase & CarriesOutcomes & {
    readonly kind: 'hold';
    readonly controlRevision: number;
};
export type ResumeStep = StepBase & {
    readonly kind: 'resume';
    readonly controlRevision: number;
};
export type UndoStep = StepBase & CarriesOutcomes & {
    readonly kind: 'undo';
    readonly controlRevision: number;
};
export type GoalStep = BeginStep | AdvanceStep | FinishStep | HoldStep | ResumeStep | UndoStep;
export interface GenerationFloors {
    readonly centre: Generation | 0;
    readonly hosts: Generation | 0;
    readonly nowMs: number;
}
export type StepDecision = {
    readonly outcome: 'written';
    readonly row: GoalRow;
    readonly answer: StepAnswer;
} | {
    readonly outcome: 'repeat';
    readonly answer: StepAnswer;
} | {
    readonly outcome: 'fenced';
    readonly row: GoalRow | null;
    readonly reason: string;
};
export {};
