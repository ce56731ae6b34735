import type { Digest, Generation, HostId, Position, RegionName, ReleaseNumber, ServiceName } from '../names.ts';
import type { Attempt } from './attempt.ts';

/** Labels that a host must carry, all of them. An empty selector matches every host of the region. */
export type Selector = Readonly<Record<string, string>>;

/** A release and the hosts that it is for. */
export interface Placement {
  readonly release: { readonly number: ReleaseNumber; readonly digest: Digest };
  readonly selector: Selector;
}

export type GoalMode = 'advance' | 'hold' | 'undo';

/** The part of a goal that decides what a host runs: everything but dates and the signature. */
export interface GoalContent {
  readonly service: ServiceName;
  readonly region: RegionName;
  readonly generation: Generation;
  readonly attempt: Attempt;
  /** Id of the step that wrote it, for people: `begin`, `advance:2`, `hold:3`, `undo`, `finish`. */
  readonly step: string;
  readonly mode: GoalMode;
  /** What the region goes back to; `null` on a first deployment, and then "back" means stop. */
  readonly base: Placement | null;
  readonly next: Placement | null;
  /** Releases that a hold left running and that may go on running. */
  readonly keep: readonly Digest[];
  /** Position of the last host that may run `next`, inclusive; `null` before the first batch. */
  readonly cut: Position | null;
  readonly canaries: readonly HostId[];
}

/** What the director signs. */
export interface Goal extends GoalContent {
  /** Digests of the admissions that stand beside it. */
  readonly admissions: readonly Digest[];
  /** RFC 3339, UTC. */
  readonly issuedAt: string;
  readonly expiresAt: string;
}

/** The hosts of a service as a region found them when it began: digest over ids and positions, and their number. */
export interface SnapshotRef {
  readonly digest: Digest;
  readonly hosts: number;
}

/** What a step answered: kept in the row, returned again when the step is repeated. */
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

/** The row of one service in one region's database (docs/goal-protocol.md §1). */
export interface GoalRow {
  readonly service: ServiceName;
  readonly region: RegionName;
  readonly attempt: Attempt;
  readonly generation: Generation;
  readonly mode: GoalMode;
  /** Counts accepted messages of people within one deployment; orders hold against resume. */
  readonly controlRevision: number;
  readonly lastStep: { readonly id: string; readonly attempt: Attempt; readonly answer: StepAnswer };
  readonly base: Placement | null;
  readonly next: Placement | null;
  readonly keep: readonly Digest[];
  readonly cut: Position | null;
  readonly canaries: readonly HostId[];
  /** Canaries that no batch has brought yet: they come before others, and may not switch so far. Before the first batch none may. */
  readonly laterCanaries?: readonly HostId[];
  readonly previous: Placement | null;
  readonly snapshot: SnapshotRef | null;
}

/** How a deployment ended in this region, as the centre recorded it; `unresolved` when it has not. */
export interface RecordedOutcome {
  readonly deployment: Attempt['deployment'];
  readonly outcome: 'succeeded' | 'undone' | 'held' | 'skipped' | 'unresolved';
}

interface StepBase {
  /** The same id in the same attempt is a repeat. `begin`, `advance:<batch>`, `hold:<revision>`, `resume:<revision>`, `undo`, `finish`. */
  readonly id: string;
  readonly attempt: Attempt;
}

interface CarriesOutcomes {
  /** Of the deployments from the row's on, oldest first (docs/goal-protocol.md §3). */
  readonly outcomes: readonly RecordedOutcome[];
}

export type BeginStep = StepBase &
  CarriesOutcomes & {
    readonly kind: 'begin';
    readonly next: Placement;
    readonly canaries: readonly HostId[];
    readonly snapshot: SnapshotRef;
  };
export type AdvanceStep = StepBase & {
  readonly kind: 'advance';
  readonly generation: Generation;
  readonly cut: Position;
  /** Those that this batch or one before it brings; absent where the row's stay as they are. */
  readonly canaries?: readonly HostId[];
};
export type FinishStep = StepBase & { readonly kind: 'finish'; readonly generation: Generation };
export type HoldStep = StepBase & CarriesOutcomes & { readonly kind: 'hold'; readonly controlRevision: number };
export type ResumeStep = StepBase & { readonly kind: 'resume'; readonly controlRevision: number };
export type UndoStep = StepBase & CarriesOutcomes & { readonly kind: 'undo'; readonly controlRevision: number };

/** Everything that may change a goal. */
export type GoalStep = BeginStep | AdvanceStep | FinishStep | HoldStep | ResumeStep | UndoStep;

/** What the region knows of generations besides its own row: each pushes the next one up. */
export interface GenerationFloors {
  readonly centre: Generation | 0;
  /** Highest that a host of the service ever reported: what it may raise is bounded by the clock. */
  readonly hosts: Generation | 0;
  readonly nowMs: number;
}

/** `written`: store the row and sign it. `repeat`: nothing to store. `fenced`: nothing to store, the row says why. */
export type StepDecision =
  | { readonly outcome: 'written'; readonly row: GoalRow; readonly answer: StepAnswer }
  | { readonly outcome: 'repeat'; readonly answer: StepAnswer }
  | { readonly outcome: 'fenced'; readonly row: GoalRow | null; readonly reason: string };
