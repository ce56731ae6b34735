import type { Attempt } from '../../domain/goal/attempt.ts';
import type { GoalMode, Placement, RecordedOutcome, StepAnswer } from '../../domain/goal/goal.ts';
import type { LeftCounts } from '../../domain/goal/left-counts.ts';
import type { Generation, HostId, RegionName, ServiceName } from '../../domain/names.ts';
import type { Budget, Share } from '../../domain/spec/service-spec.ts';

interface RegionStep {
  readonly service: ServiceName;
  readonly region: RegionName;
  readonly attempt: Attempt;
}

/** What the centre knows and the region may not. */
interface FromCentre {
  readonly outcomes: readonly RecordedOutcome[];
  readonly centreGeneration: Generation | 0;
}

/** `fenced` carries where the row stands, so that the workflow can follow a region-local verb or give up. */
export interface Fenced {
  readonly outcome: 'fenced';
  readonly reason: string;
  readonly row: { readonly attempt: Attempt; readonly generation: Generation; readonly mode: GoalMode } | null;
}

export interface Written {
  readonly outcome: 'written';
  readonly answer: StepAnswer;
}

export interface BeginRegionInput extends RegionStep, FromCentre {
  readonly next: Placement;
  /** Signed envelope of the admission of `next`. */
  readonly admission: string;
  readonly absentAfterMs: number;
}

export interface AdvanceRegionInput extends RegionStep {
  readonly generation: Generation;
  /** Counts from 1. */
  readonly batch: number;
  readonly share: Share;
  readonly absentAfterMs: number;
  /** Of what has failed before the batch begins; absent in deployments that began before it was asked. */
  readonly budget?: Budget;
}

/** Hosts in lists are capped at 20 names; counts are exact. */
export interface HostList {
  readonly count: number;
  readonly hosts: readonly HostId[];
}

export interface BatchFixed {
  /** Live hosts that this batch brings to `next`, without those of earlier batches. */
  readonly hosts: number;
  /** With those of earlier batches. */
  readonly cumulative: number;
  readonly absent: HostList;
  readonly pinned: HostList;
  readonly maintenance: HostList;
}

export type AdvanceRegionResult =
  | { readonly outcome: 'written'; readonly answer: StepAnswer; readonly batch: BatchFixed }
  | { readonly outcome: 'waiting'; readonly reason: 'no host' | 'all hosts pinned' }
  /** Too much has failed since the batch before: it has not begun. Only where a budget was given. */
  | Ruling
  | Fenced;

export interface WatchBatchInput extends RegionStep {
  readonly generation: Generation;
  readonly batch: number;
  readonly budget: Budget;
  readonly batchTimeoutMs: number;
  readonly absentAfterMs: number;
}

/** Of who wants to be told, once the batch is this old, why it lasts. A deployment that began before that was asked is not. */
export interface TellingWatchBatchInput extends WatchBatchInput {
  readonly tellAfterMs: number;
}

export interface BatchCounts {
  /** Hosts at or below the cut that were live when their batch began. */
  readonly switched: number;
  readonly healthy: number;
  readonly failed: number;
  readonly lost: number;
  readonly pending: number;
}

/** What the judge said: `stop`: undo. `hold`: a person decides. */
export interface Ruling {
  readonly outcome: 'stop' | 'hold';
  /** One sentence for people: `1 of 1 canary hosts failed: /healthz answered 500 (eu-west-1)`. */
  readonly reason: string;
  readonly counts: BatchCounts;
  readonly failed: HostList;
  readonly lost: HostList;
  /** Excluded from the judgement; absent in histories from before they were told. */
  readonly pinned?: HostList;
  readonly maintenance?: HostList;
}

/** `advance`: the batch is over and good. */
export type BatchResult = (Omit<Ruling, 'outcome'> & { readonly outcome: 'advance' }) | Ruling | Fenced;

/** The batch lasts, and `reason` is why: in the words of one of its hosts. Nothing is decided; it is to be watched again. */
export type BatchLasts = Omit<Ruling, 'outcome'> & { readonly outcome: 'lasts' };

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

/** Every reachable, unpinned host runs `base`; the others are named. */
export interface UndoneRegion {
  readonly outcome: 'undone';
  readonly hosts: number;
  readonly unreachable: HostList;
  readonly pinned: HostList;
  readonly refusing: HostList;
  /** Of these, the ones that run what was undone, or may; the version before doesn't say. */
  readonly left?: LeftCounts;
}

/** Queue `region.<name>`. */
export interface GoalActivities {
  beginRegion(input: BeginRegionInput): Promise<(Written & { readonly hosts: number }) | Fenced>;
  advanceRegion(input: AdvanceRegionInput): Promise<AdvanceRegionResult>;
  watchBatch(input: WatchBatchInput): Promise<BatchResult>;
  watchBake(input: WatchBakeInput): Promise<BatchResult>;
  finishRegion(input: FinishRegionInput): Promise<Written | Fenced>;
}

/** The same `watchBatch`, to those who ask for more. */
export interface TellingWatches {
  watchBatch(input: TellingWatchBatchInput): Promise<BatchResult | BatchLasts>;
}

/** Queue `region.<name>.urgent`: never behind bulk or baking. */
export interface UrgentGoalActivities {
  holdRegion(input: ControlRegionInput): Promise<Written | Fenced>;
  resumeRegion(input: ControlRegionInput): Promise<Written | Fenced>;
  undoRegion(input: ControlRegionInput): Promise<Written | Fenced>;
  watchUndo(input: WatchUndoInput): Promise<UndoneRegion | Fenced>;
}
