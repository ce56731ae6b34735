import type { Stop } from '../../domain/deployment/ending.ts';
import type { Attempt } from '../../domain/goal/attempt.ts';
import type { LeftCounts } from '../../domain/goal/left-counts.ts';
import type { HookPlace } from '../../domain/hook/hook.ts';
import type { HookState } from '../../domain/hook/standing.ts';
import type {
  DeploymentNumber,
  Digest,
  Generation,
  RegionName,
  ReleaseNumber,
  ServiceName,
} from '../../domain/names.ts';
import type { Plan } from '../../domain/plan/plan.ts';
import type { RegionProgress } from '../../domain/progress/region-progress.ts';
import type { DeploymentOutcome, DeploymentState } from '../../domain/states.ts';
import type { DeploymentStart } from '../lane/deployment-workflows.ts';

interface OfDeployment {
  readonly service: ServiceName;
  readonly deployment: DeploymentNumber;
}

/** A region that may have heard of the deployment: a step in it was written down. */
export interface TouchedRegion {
  readonly region: RegionName;
  readonly attempt: Attempt;
  /** The highest that the centre has heard of there; 0 when it heard of none. */
  readonly generation: Generation | 0;
}

/** A hook as it was recorded. */
export interface BegunHook extends HookPlace {
  readonly state: HookState;
  readonly why: string | null;
}

/** What the centre knows of a deployment that no workflow carries any more. */
export interface LostDeployment {
  /** What its workflow was started with. */
  readonly start: DeploymentStart;
  /** It has ended after all: nothing is left to do. */
  readonly outcome: DeploymentOutcome | null;
  readonly planned: { readonly plan: Plan; readonly planDigest: Digest } | null;
  readonly pointOfNoReturn: boolean;
  readonly stop: Stop | null;
  readonly touched: readonly TouchedRegion[];
  /** As people saw it last. */
  readonly regions: readonly RegionProgress[];
  /** Hooks that may have run, in the order in which they began, as they stood last. */
  readonly hooks?: readonly BegunHook[];
  /** What the service ran before it; `null` when nothing. */
  readonly previousRelease?: ReleaseNumber | null;
  /** Of the last record that people saw. */
  readonly sequence: number;
  readonly state: DeploymentState;
  readonly stage: string | null;
  /** How its workflow was closed: `was terminated in Temporal by mo: a mistake`. */
  readonly closed: string;
}

export interface RegionUndoEnd {
  /** `lost`: somebody closed it before it was over. */
  readonly outcome: 'undone' | 'pending' | 'superseded' | 'lost';
  readonly reason: string | null;
  /** As in `UndoneRegion`; left out where there are none. */
  readonly left?: LeftCounts;
}

/** Queue `control`: what is left of workflows that somebody closed or reset in Temporal. */
export interface RecoveryActivities {
  /**
   * Closes what still runs of the deployment (a run that was reset, the rollouts of its regions), so that nothing goes
   * forward, then says what the centre knows. What is on its way to a region is fenced by the step that recovery writes.
   * `regions` are looked at in Temporal by the plan's names.
   */
  takeOverDeployment(input: OfDeployment): Promise<LostDeployment>;
  /** Waits for an undo of a region that another run has begun. */
  followRegionUndo(input: OfDeployment & { readonly region: RegionName }): Promise<RegionUndoEnd>;
}
