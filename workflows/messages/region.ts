import type { LeftCounts } from '../../domain/goal/left-counts.ts';
import { defineSignal } from '@temporalio/workflow';
import type { RegionProgress } from '../../activities/deployment-record/contract.ts';
import type { Attempt } from '../../domain/goal/attempt.ts';
import type { Placement } from '../../domain/goal/goal.ts';
import type { DeploymentNumber, Generation, RegionName, ServiceName } from '../../domain/names.ts';
import type { Budget, Share } from '../../domain/spec/service-spec.ts';

export const regionRolloutWorkflowId = (s: ServiceName, d: DeploymentNumber, r: RegionName): string =>
  `deployment:${s}:${d}:${r}`;
export const regionUndoWorkflowId = (s: ServiceName, d: DeploymentNumber, r: RegionName): string =>
  `deployment:${s}:${d}:${r}:undo`;
export const reconcileWorkflowId = (region: RegionName): string => `reconcile:${region}`;

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
  /** How long the region is watched after its last batch; 0 for not at all. */
  readonly bakeMs: number;
  /** Start no batch until told to go on. */
  readonly paused: boolean;
  readonly controlRevision: number;
  /** Of what `paused` says; left out by a version before. */
  readonly tellSequence?: number;
  /** Where a continued run goes on; `null` at first. */
  readonly position: RegionPosition | null;
}

/** All that a continued run has to know; `batch` is the next to be allowed, counted from 1. */
export interface RegionPosition {
  readonly batch: number;
  readonly attempt: Attempt;
  readonly generation: Generation | 0;
  readonly progress: RegionProgress;
  /** All batches are good, and the bake: what is left is to watch. */
  readonly isReady?: boolean;
  /** Its deployment has no more use for a watch. */
  readonly watchEnded?: boolean;
}

/** `ready`: all was good until its deployment had no more use for a watch. `stop`: the release is bad here, undo it everywhere. */
export interface RegionRolloutResult {
  readonly outcome: 'ready' | 'stop';
  /** One sentence for people. */
  readonly reason: string;
  readonly attempt: Attempt;
  readonly generation: Generation | 0;
  readonly progress: RegionProgress;
}

export interface RegionUndoInput {
  readonly service: ServiceName;
  readonly region: RegionName;
  readonly attempt: Attempt;
  /** What is taken back. */
  readonly next: Placement;
  readonly controlRevision: number;
  readonly knownGeneration: Generation | 0;
  readonly absentAfterMs: number;
  /** After this the undo becomes an obligation. */
  readonly deadlineMs: number;
}

export interface RegionUndoResult {
  readonly outcome: 'undone' | 'pending' | 'superseded';
  readonly reason: string | null;
  /** Of `undone`: hosts that run what was undone, or may; left out where there are none, and by the version before. */
  readonly left?: LeftCounts;
}

/** One change in a region, told by a child to its deployment, which shows and records it. */
export interface RegionReport extends Omit<RegionProgress, 'held'> {
  /** A person has to decide; `reason` says about what. */
  readonly held: boolean;
  readonly attempt: Attempt;
  readonly generation: Generation | 0;
  /** Stable, for machines: `batch-advanced`. */
  readonly event: string;
  /** One sentence for people. */
  readonly message: string;
}

/** Whether a region may start batches. Signals overtake each other. */
export interface Tell {
  /** Rises with each verb of a person. A freeze is none: its beginning and its end carry the same. */
  readonly controlRevision: number;
  /** Rises with each that is sent: of two the higher one says how it is now. Left out by a version before. */
  readonly tellSequence?: number;
}

/** Parent to child. A pause starts no batch; a resume ends a pause and a hold of an older control revision. */
export const pauseRegionSignal = defineSignal<[Tell]>('pauseRegion');
export const resumeRegionSignal = defineSignal<[Tell]>('resumeRegion');
/** Parent to child: the rest of the bake is left out; one last look says whether the region is well. */
export const promoteRegionSignal = defineSignal('promoteRegion');
/** Parent to child: the other regions are ready too, and nobody has to watch this one any longer. */
export const endWatchSignal = defineSignal('endWatch');
/** Parent to the undo of a region: a person has decided not to wait for it any longer. */
export const endRegionUndoSignal = defineSignal<[{ readonly reason: string }]>('endRegionUndo');
/** Child to parent. */
export const regionProgressSignal = defineSignal<[RegionReport]>('regionProgress');

export interface ReconcileInput {
  readonly region: RegionName;
}

/** Obligations that the run found, and those that are no longer owed. */
export interface ReconcileResult {
  readonly owed: number;
  readonly settled: number;
}
