import type { Attempt } from '../../domain/goal/attempt.ts';
import type { GoalMode, Placement, RecordedOutcome } from '../../domain/goal/goal.ts';
import type { DeploymentNumber, Generation, RegionName, ServiceName } from '../../domain/names.ts';
import type { RegionProgress } from '../../domain/progress/region-progress.ts';
import type { DeploymentOutcome, DeploymentState } from '../../domain/states.ts';
import type { LaneLock } from '../lane/contract.ts';

export type { RegionProgress };

interface OfDeployment {
  readonly service: ServiceName;
  readonly deployment: DeploymentNumber;
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
  readonly regions: readonly RegionProgress[];
  readonly approvals: { readonly given: number; readonly wanted: number } | null;
  /** Who did it: a person, or `slipway`. */
  readonly actor: string;
  /** `approve`, `batch-advanced`, `undo-started`: stable, for machines. */
  readonly event: string;
  /** One sentence for people. */
  readonly message: string;
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

export interface FinishDeploymentInput extends OfDeployment {
  readonly sequence: number;
  readonly outcome: DeploymentOutcome;
  readonly reason: string;
  /** Of every region that was touched. */
  readonly regions: readonly { readonly region: RegionName; readonly outcome: RecordedOutcome['outcome'] }[];
  /** Regions where something is still owed. */
  readonly pending: readonly RegionName[];
  readonly lock: LaneLock | null;
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
  recordObligation(input: Obligation): Promise<void>;
  /** Records outcome and lock, frees the service, ends the inbox row; all in one transaction, once. */
  finishDeployment(input: FinishDeploymentInput): Promise<void>;
  /** What reconcile has to apply in a region, oldest attempt first. */
  listObligations(input: { readonly region: RegionName }): Promise<{ readonly obligations: readonly Obligation[] }>;
  /** Removes it unless a newer one has taken its place; the region's outcome is recorded. */
  settleObligation(input: Obligation): Promise<void>;
}
