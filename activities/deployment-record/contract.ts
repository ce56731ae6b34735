import type { BrokenGlass } from '../../domain/approval/break-glass.ts';
import type { NotUndone, Stop } from '../../domain/deployment/ending.ts';
import type { Attempt } from '../../domain/goal/attempt.ts';
import type { GoalMode, Placement, RecordedOutcome } from '../../domain/goal/goal.ts';
import type { HookPlace } from '../../domain/hook/hook.ts';
import type { HookState } from '../../domain/hook/standing.ts';
import type { DeploymentNumber, Generation, RegionName, ServiceName } from '../../domain/names.ts';
import type { MissingHosts } from '../../domain/progress/missing-hosts.ts';
import type { RegionProgress } from '../../domain/progress/region-progress.ts';
import type { WaitKind } from '../../domain/progress/waiting.ts';
import type { ShownApprovals } from '../../domain/progress/why-facts.ts';
import type { DeploymentOutcome, DeploymentState } from '../../domain/states.ts';
import type { HookVerb, LogRef } from '../build/contract.ts';
import type { LaneLock } from '../lane/contract.ts';

export type { RegionProgress };

interface OfDeployment {
  readonly service: ServiceName;
  readonly deployment: DeploymentNumber;
}

/** What has become of a hook: of its own command, or of its undo. */
export interface HookChange extends HookPlace {
  readonly does: HookVerb;
  readonly command: string;
  readonly state: HookState;
  /** Why it failed, or is not undone; `null` when nothing is wrong. */
  readonly why: string | null;
  /** What the command printed; `null` while it runs, and when nothing was kept. */
  readonly log: LogRef | null;
}

/** One change of state of a deployment: shown to people, and one audit record. */
export interface DeploymentProgress extends OfDeployment {
  /** Counts from 1 within the deployment; a lower one than shown is dropped, a repeat has no effect. */
  readonly sequence: number;
  readonly state: DeploymentState;
  readonly stage: string | null;
  readonly paused: boolean;
  readonly held: boolean;
  /** What it waits for, and what ends that, in one sentence; `null` when it moves. */
  readonly waiting: string | null;
  /** The kind of that wait; the version before sends none. */
  readonly waitingFor?: WaitKind | null;
  /** Those that have changed since the record before: with 80 regions a history would not hold them all each time. */
  readonly regions: readonly RegionProgress[];
  readonly approvals: ShownApprovals | null;
  /** Why it goes forward no more, for whoever has to end it in its workflow's place; the version before sends none. */
  readonly stop?: Stop | null;
  /** Who did it: a person, or `slipway`. */
  readonly actor: string;
  /** `approve`, `batch-advanced`, `undo-started`: stable, for machines. */
  readonly event: string;
  /** One sentence for people. */
  readonly message: string;
  /** The hook that it is about, if it is about one. */
  readonly hook?: HookChange;
}

export interface RecordIntentInput extends OfDeployment {
  readonly region: RegionName;
  readonly attempt: Attempt;
  readonly step: string;
  readonly mode: GoalMode;
  readonly next: Placement | null;
  /** The last generation that this deployment heard of in the region. */
  readonly knownGeneration: Generation | 0;
}

export interface RecordedIntent {
  readonly outcomes: readonly RecordedOutcome[];
  readonly centreGeneration: Generation | 0;
}

/** An approval that people went past. */
export interface RecordBrokenGlassInput extends OfDeployment {
  /** Which stage began by it; `null`: the release was admitted by it. */
  readonly stage: string | null;
  readonly broken: readonly BrokenGlass[];
  /** Who may not review it, beside those who broke it. */
  readonly excluded: readonly string[];
  /** Another person has to look at it afterwards. */
  readonly review: boolean;
}

export type ObligationKind = 'undo' | 'hold' | 'finish';

export interface Obligation extends OfDeployment {
  readonly region: RegionName;
  readonly kind: ObligationKind;
  readonly attempt: Attempt;
  /** The last that the deployment heard of in the region: a `finish` must match it; 0 when it heard of none. */
  readonly generation: Generation | 0;
  readonly controlRevision: number;
  readonly reason: string;
}

export interface ListObligationsInput {
  readonly region: RegionName;
  /** When the run that asks began, RFC 3339: asked again by the same run, the same are answered. */
  readonly runAt: string;
  readonly most: number;
}

export interface OwedInRegion {
  /** Those of which the last try is the longest ago, first those that were never tried; they count as tried now. */
  readonly obligations: readonly Obligation[];
  /** All of the region's, also those whose turn it isn't. */
  readonly owed: number;
}

/**
 * Why something is owed no longer. `applied`: the region did it. `undone`: the deployment was undone there first.
 * `overtaken`: the region is at a later deployment, and what is recorded of this one is what the later one went by.
 */
export type Settlement = 'applied' | 'undone' | 'overtaken';

export interface SettleObligationInput extends Obligation {
  readonly settlement: Settlement;
}

export interface FinishDeploymentInput extends OfDeployment {
  readonly sequence: number;
  readonly outcome: DeploymentOutcome;
  readonly reason: string;
  /** Of every region that was touched. `missing`: hosts that its success doesn't speak for. */
  readonly regions: readonly {
    readonly region: RegionName;
    readonly outcome: RecordedOutcome['outcome'];
    readonly missing?: MissingHosts;
  }[];
  /** Regions where something is still owed. */
  readonly pending: readonly RegionName[];
  readonly lock: LaneLock | null;
  /** What an undo has left for a person. */
  readonly notUndone?: readonly NotUndone[];
  /** What its build printed, if the build failed: one that succeeded is recorded with its release. */
  readonly buildLog?: LogRef | null;
  /** By a run that somebody made by a reset: it knows less than what was done, so that it can't say how that ended. */
  readonly madeByReset?: true;
}

/** Queue `control`: the projection that people read, and what the centre must remember of a deployment. */
export interface DeploymentRecordActivities {
  /** Compare and set: a deployment touches no region before it holds its service. Repeats are `held`. */
  holdService(
    input: OfDeployment,
  ): Promise<{ readonly outcome: 'held' } | { readonly outcome: 'busy'; readonly holder: DeploymentNumber }>;
  recordProgress(input: DeploymentProgress): Promise<void>;
  /** Before a region hears of a step, the centre writes it down; answers what the region may not know. */
  recordIntent(input: RecordIntentInput): Promise<RecordedIntent>;
  /** From here abort is refused and rollback is offered. */
  recordPointOfNoReturn(input: OfDeployment): Promise<void>;
  /** The mark that stays: written before what it was broken for goes on. A repeat changes nothing. */
  recordBrokenGlass(input: RecordBrokenGlassInput): Promise<void>;
  recordObligation(input: Obligation): Promise<void>;
  /** Records outcome and lock, frees the service, ends the inbox row; all in one transaction, once. */
  finishDeployment(input: FinishDeploymentInput): Promise<void>;
  /** What reconcile has to apply in a region. Whatever can't be applied keeps nothing else from its turn. */
  listObligations(input: ListObligationsInput): Promise<OwedInRegion>;
  /** Removes it unless a newer one has taken its place; the region's outcome is recorded if this step or an undo made it. */
  settleObligation(input: SettleObligationInput): Promise<void>;
}
