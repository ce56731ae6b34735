import type { ChildWorkflowHandle } from '@temporalio/workflow';
import type { BuildReleaseResult, LogRef } from '../../activities/build/contract.ts';
import type { SlotAnswer } from '../../activities/fleet/contract.ts';
import type { Approval } from '../../domain/approval/approval.ts';
import type { BrokenGlass } from '../../domain/approval/break-glass.ts';
import type { Stop } from '../../domain/deployment/ending.ts';
import type { LossDecision } from '../../domain/hook/next-undo.ts';
import type { HookStanding } from '../../domain/hook/standing.ts';
import type { Attempt } from '../../domain/goal/attempt.ts';
import type { LeftCounts } from '../../domain/goal/left-counts.ts';
import type { DeploymentNumber, Digest, Generation, RegionName, ReleaseNumber } from '../../domain/names.ts';
import type { OwnChecks } from '../../domain/plan/own-checks.ts';
import type { ApprovalBinding, Plan, PlannedStage } from '../../domain/plan/plan.ts';
import type { RegionProgress } from '../../domain/progress/region-progress.ts';
import type { GlassWait } from '../../domain/progress/waiting.ts';
import type { DeploymentState } from '../../domain/states.ts';
import type { DeploymentInput, MessageAnswer } from '../messages/deployment.ts';
import { now } from '../now.ts';
import { openGates, type Gates } from './gates.ts';
import type { regionRollout } from '../region-rollout/region-rollout.ts';

export interface Planned {
  readonly plan: Plan;
  readonly planDigest: Digest;
  readonly binding: ApprovalBinding;
  /** Who may not approve it. */
  readonly excluded: readonly string[];
  /** What the service runs before this; `null` when nothing. */
  readonly previousRelease: ReleaseNumber | null;
  /** To be run before it is admitted, unless it was built and checked here. */
  readonly ownChecks: OwnChecks | null;
}

/** One region of the plan. */
export interface RegionRecord {
  stage: number;
  progress: RegionProgress;
  /** When the progress last changed, RFC 3339. */
  since: string;
  attempt: Attempt;
  /** Of its goal as last heard; 0 when nothing was. */
  generation: Generation | 0;
  held: boolean;
  /** The whole release lies in the region's store. */
  copied: boolean;
  /** Its undo is registered: the region may have heard of this deployment. */
  touched: boolean;
  /** Its rollout is running, and its reports are news. */
  running: boolean;
  /** All batches are good, and the bake; its rollout goes on to watch. */
  ready: boolean;
  /** A person has decided to go on without it. */
  skipped: boolean;
  /** It could not be told to stay where it is, and owes that. */
  owesHold: boolean;
  /** Ends what goes forward in it. */
  readonly leaving: Set<() => void>;
}

/** Something that others agreed to, for the admission. */
export interface Evidence {
  readonly kind: string;
  readonly digest: Digest | null;
  readonly detail: string;
  /** Where people read more. */
  readonly url?: string | null;
}

/** The command of a hook, or its undo, from its start to its end. */
export interface HookAtWork {
  /** `undoes "./migrate up" with "./migrate down"` */
  readonly text: string;
  readonly since: string;
  readonly region: RegionName | null;
  /** Settled at its end, never rejected. */
  readonly ended: Promise<unknown>;
}

/** How it stands with the fleet, and with its service's window. Times are RFC 3339, UTC. */
export interface FleetStanding {
  /** Since when it waits to begin; `null` while it doesn't. */
  askedAt: string | null;
  /** The last; `null` before the first. */
  answer: SlotAnswer | null;
  /** That no answer came was shown. */
  isSilent: boolean;
  placesShown: number;
  /** How often it has given a slot back. */
  givenBack: number;
  /** Hints that somebody has let it pass. */
  hints: number;
  /** While it is shut. */
  window: { readonly text: string; readonly opensAt: string | null } | null;
}

/** What the approvals come to, as people see it. */
export interface ShownQuorum {
  readonly given: number;
  readonly wanted: number;
  readonly missing: readonly string[];
  readonly expiresAt: string;
  /** Which stage may begin by them; `null`: whether the release may run at all. */
  readonly stage: string | null;
  /** Whose count. */
  readonly by: readonly string[];
  /** Who goes past them, and who else has to; `null` while nobody does. */
  readonly glass: GlassWait | null;
}

/** What one run of the workflow knows. Data, but for the handles of children that are running. */
export interface DeploymentRun {
  readonly input: DeploymentInput;
  state: DeploymentState;
  stage: string | null;
  /** Who paused it; `null` when nobody did. */
  pause: { readonly by: string; readonly reason: string; readonly since: string } | null;
  controlRevision: number;
  /** Of what regions were told last about going on. */
  tellSequence: number;
  /** Who holds the service instead; `null` when this deployment does, or has not asked. */
  holder: DeploymentNumber | null;
  built: Extract<BuildReleaseResult, { readonly outcome: 'built' }> | null;
  /** Of a build that failed. */
  failedBuildLog: LogRef | null;
  evidence: readonly Evidence[];
  readonly gates: Gates;
  readonly fleet: FleetStanding;
  planned: Planned | null;
  /** Verified ones, also those that have expired since. */
  approvals: readonly Approval[];
  /** Verified words of those who go past them in an emergency. */
  broken: readonly BrokenGlass[];
  /** The stage that people are asked about; `null` while none is next. */
  stageAsked: PlannedStage | null;
  quorum: ShownQuorum | null;
  /** When no build worker had taken up what it waits for, RFC 3339; `null` while it waits for none. */
  noBuildWorker: string | null;
  /** When people were last asked to approve. */
  askedAtMs: number;
  /** Signed envelope; `null` until the release may run. */
  admission: string | null;
  /** Regions of the next stage that it waits for. */
  copying: readonly RegionName[];
  /** Why a region can't get the release at all. */
  copyFailed: Stop | null;
  /** What is wrong in a region that was ready. */
  turnedBad: Stop | null;
  readonly regions: Map<RegionName, RegionRecord>;
  readonly children: Map<RegionName, ChildWorkflowHandle<typeof regionRollout>>;
  /** Those that may have run, in the order in which they began: what has to be undone. */
  hooks: readonly HookStanding[];
  /** Those whose command runs, or is looked for a worker for: an undo of one waits for its end. */
  readonly hooksAtWork: Map<string, HookAtWork>;
  /** Settled when each region that was skipped has been told to stay where it is, or owes that. */
  staying: Promise<unknown>;
  /** Of regions that are undone: how many hosts run what was undone, or may. */
  readonly leftHosts: Map<RegionName, LeftCounts>;
  /** Past the point of no return each region that was not skipped has finished, or owes that. */
  othersFinished: boolean;
  /** Undos that lose data wait for a person's word since. */
  losing: { readonly since: string; readonly commands: readonly string[] } | null;
  lossDecision: LossDecision;
  /** The undo of regions has outlasted its deadline, and undos of hooks wait for it. */
  undoIsLate: boolean;
  /** Why a person no longer waits for the undos of hooks. */
  hookUndoEnded: string | null;
  stop: Stop | null;
  asking: boolean;
  /** When regions that are not undone will owe it, RFC 3339. */
  undoUntil: string | null;
  finishing: boolean;
  /** Why a person no longer waits for the undo; `null` while one does. */
  undoEnded: string | null;
  /** Ends what goes forward, at once. */
  interrupt: () => void;
  /** Of the last record. */
  sequence: number;
  /** Each region as it was last recorded. */
  readonly recordedRegions: Map<RegionName, RegionProgress>;
  /** Settled when all records were made. */
  recorded: Promise<void>;
  /** What each token did: a token works once. */
  readonly tokens: Map<string, MessageAnswer>;
  badTokens: number;
  /** Signals that could not be read. */
  refusedSignals: number;
}

export const openDeploymentRun = (input: DeploymentInput): DeploymentRun => ({
  input,
  state: 'queued',
  stage: null,
  pause: null,
  controlRevision: 0,
  tellSequence: 0,
  holder: null,
  built: null,
  failedBuildLog: null,
  evidence: [],
  gates: openGates(),
  fleet: { askedAt: null, answer: null, isSilent: false, placesShown: 0, givenBack: 0, hints: 0, window: null },
  planned: null,
  approvals: [],
  broken: [],
  stageAsked: null,
  quorum: null,
  noBuildWorker: null,
  askedAtMs: 0,
  admission: null,
  copying: [],
  copyFailed: null,
  turnedBad: null,
  regions: new Map(),
  children: new Map(),
  hooks: [],
  hooksAtWork: new Map(),
  staying: Promise.resolve(),
  leftHosts: new Map(),
  othersFinished: false,
  losing: null,
  lossDecision: null,
  undoIsLate: false,
  hookUndoEnded: null,
  stop: null,
  asking: false,
  undoUntil: null,
  finishing: false,
  undoEnded: null,
  interrupt: () => undefined,
  sequence: 0,
  recordedRegions: new Map(),
  recorded: Promise.resolve(),
  tokens: new Map(),
  badTokens: 0,
  refusedSignals: 0,
});

/** `checkout/87` */
export const nameOf = ({ input }: DeploymentRun): string => `${input.service}/${input.deployment}`;

/** `checkout@412` */
export const releaseOf = ({ input }: DeploymentRun): string => `${input.service}@${input.release}`;

/** Who asked for a release that existed; `null` for a merge. */
export const askedBy = ({ input: { source } }: DeploymentRun): string | null =>
  source.from === 'merge' ? null : source.person;

/** @throws Error before the plan was made: the order of the workflow is broken */
export function plannedOf({ planned, input }: DeploymentRun): Planned {
  if (planned === null) throw new Error(`${input.service}/${input.deployment} has no plan yet`);
  return planned;
}

/** @throws Error when the plan doesn't name the region */
export function regionOf(run: DeploymentRun, region: RegionName): RegionRecord {
  const record = run.regions.get(region);
  if (record === undefined) throw new Error(`${nameOf(run)} has no region ${region}`);
  return record;
}

/** Regions that it goes on without. */
export const skippedRegions = (run: DeploymentRun): readonly RegionName[] =>
  [...run.regions].filter(([, { skipped }]) => skipped).map(([region]) => region);

export const touchedRegions = (run: DeploymentRun): readonly (readonly [RegionName, RegionRecord])[] =>
  [...run.regions].filter(([, { touched }]) => touched);

/** Of what has stopped nobody decides about a single region any more. */
export const isHeld = ({ asking, stop, regions, gates }: DeploymentRun): boolean =>
  asking || (stop === null && (gates.undecided !== null || [...regions.values()].some(({ held }) => held)));

/** It has begun, and a freeze keeps it from going on. */
export const isFrozen = ({ fleet: { answer } }: DeploymentRun): boolean =>
  answer !== null && answer.isGranted && answer.freezes.length > 0;

/** Whether another batch or stage may start: nobody has paused or frozen it, and no region waits for a person. */
export const mayGoOn = (run: DeploymentRun): boolean => run.pause === null && !isFrozen(run) && !isHeld(run);

/** Shows a region's progress as of now. */
export function showRegion(run: DeploymentRun, region: RegionName, changed: Partial<RegionProgress>): void {
  const at = regionOf(run, region);
  at.progress = { ...at.progress, ...changed };
  at.since = now();
}

/** There is something to undo: a region may have heard of it, or a hook may have run. */
export const isTouched = (run: DeploymentRun): boolean => run.hooks.length > 0 || touchedRegions(run).length > 0;
