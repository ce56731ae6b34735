import type { ChildWorkflowHandle } from '@temporalio/workflow';
import type { BuildReleaseResult } from '../../activities/build/contract.ts';
import type { Approval } from '../../domain/approval/approval.ts';
import type { Stop } from '../../domain/deployment/ending.ts';
import type { Standing } from '../../domain/deployment/person-message.ts';
import { waitOf } from '../../domain/deployment/waiting.ts';
import type { Attempt } from '../../domain/goal/attempt.ts';
import type { DeploymentNumber, Digest, Generation, RegionName } from '../../domain/names.ts';
import type { ApprovalBinding, Plan } from '../../domain/plan/plan.ts';
import type { RegionProgress } from '../../domain/progress/region-progress.ts';
import { waitingSentence } from '../../domain/progress/waiting.ts';
import type { DeploymentState } from '../../domain/states.ts';
import type { DeploymentInput, DeploymentStatus, MessageAnswer } from '../messages/deployment.ts';
import { now } from '../now.ts';
import type { regionRollout } from '../region-rollout/region-rollout.ts';

export interface Planned {
  readonly plan: Plan;
  readonly planDigest: Digest;
  readonly binding: ApprovalBinding;
}

/** One region of the plan. */
export interface RegionRecord {
  readonly stage: number;
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
}

/** Something that others agreed to, for the admission. */
export interface Evidence {
  readonly kind: string;
  readonly digest: Digest | null;
  readonly detail: string;
}

/** What one run of the workflow knows. Data, but for the handles of children that are running. */
export interface DeploymentRun {
  readonly input: DeploymentInput;
  state: DeploymentState;
  stage: string | null;
  /** Who paused it; `null` when nobody did. */
  pause: { readonly by: string; readonly reason: string; readonly since: string } | null;
  controlRevision: number;
  /** Who holds the service instead; `null` when this deployment does, or has not asked. */
  holder: DeploymentNumber | null;
  built: Extract<BuildReleaseResult, { readonly outcome: 'built' }> | null;
  evidence: readonly Evidence[];
  planned: Planned | null;
  /** Verified ones, also those that have expired since. */
  approvals: readonly Approval[];
  quorum: { readonly given: number; readonly wanted: number; readonly expiresAt: string } | null;
  /** When people were last asked to approve. */
  askedAtMs: number;
  /** Signed envelope; `null` until the release may run. */
  admission: string | null;
  /** Regions of the next stage that it waits for. */
  copying: readonly RegionName[];
  /** Why a region can't get the release at all. */
  copyFailed: Stop | null;
  readonly regions: Map<RegionName, RegionRecord>;
  readonly children: Map<RegionName, ChildWorkflowHandle<typeof regionRollout>>;
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
  /** Settled when all records were made. */
  recorded: Promise<void>;
  /** What each token did: a token works once. */
  readonly tokens: Map<string, MessageAnswer>;
  badTokens: number;
}

export const openDeploymentRun = (input: DeploymentInput): DeploymentRun => ({
  input,
  state: 'queued',
  stage: null,
  pause: null,
  controlRevision: 0,
  holder: null,
  built: null,
  evidence: [],
  planned: null,
  approvals: [],
  quorum: null,
  askedAtMs: 0,
  admission: null,
  copying: [],
  copyFailed: null,
  regions: new Map(),
  children: new Map(),
  stop: null,
  asking: false,
  undoUntil: null,
  finishing: false,
  undoEnded: null,
  interrupt: () => undefined,
  sequence: 0,
  recorded: Promise.resolve(),
  tokens: new Map(),
  badTokens: 0,
});

/** `checkout/87` */
export const nameOf = ({ input }: DeploymentRun): string => `${input.service}/${input.deployment}`;

/** `checkout@412` */
export const releaseOf = ({ input }: DeploymentRun): string => `${input.service}@${input.release}`;

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

export const touchedRegions = (run: DeploymentRun): readonly (readonly [RegionName, RegionRecord])[] =>
  [...run.regions].filter(([, { touched }]) => touched);

export const isHeld = (run: DeploymentRun): boolean => run.asking || [...run.regions.values()].some(({ held }) => held);

/** Whether another batch or stage may start: nobody has paused, and no region waits for a person. */
export const mayGoOn = (run: DeploymentRun): boolean => run.pause === null && !isHeld(run);

export const standingOf = (run: DeploymentRun): Standing => ({
  name: nameOf(run),
  paused: run.pause !== null,
  held: isHeld(run),
  touched: touchedRegions(run).length > 0,
  finishing: run.finishing,
  stop: run.stop,
  asking: run.asking,
  planned: run.planned !== null,
  admitted: run.admission !== null,
});

/** What people see, and what is recorded with each change. */
export const shownOf = (run: DeploymentRun) => ({
  state: run.state,
  stage: run.stage,
  paused: run.pause !== null,
  held: isHeld(run),
  waiting: waitingOf(run),
  regions: [...run.regions.values()].map(({ progress }) => progress),
  approvals: run.quorum === null ? null : { given: run.quorum.given, wanted: run.quorum.wanted },
});

export const statusOf = (run: DeploymentRun): DeploymentStatus => ({
  ...shownOf(run),
  planDigest: run.planned?.planDigest ?? null,
  binding: run.planned?.binding ?? null,
  controlRevision: run.controlRevision,
});

function waitingOf(run: DeploymentRun): string | null {
  const { holder, copying, undoUntil, stop } = run;
  const standings = [...run.regions.values()].map(({ progress, held, since }) => ({ ...progress, held, since }));
  const undoing = standings.filter(({ state }) => state === 'undoing').map(({ region }) => region);
  const wait = waitOf({
    holder,
    copying,
    pause: stop === null ? run.pause : null,
    asking: run.asking ? stop : null,
    approval: approvalWaitOf(run),
    undo: undoUntil === null ? null : { regions: undoing, until: undoUntil },
    bake: bakeWaitOf(run),
    regions: stop === null ? standings : [],
  });
  return wait === null ? null : waitingSentence(run.input.service, wait);
}

function approvalWaitOf({ state, quorum, planned }: DeploymentRun) {
  if (state !== 'approving' || quorum === null) return null;
  return { ...quorum, roles: planned?.plan.approve?.roles ?? [] };
}

function bakeWaitOf({ state, stage, planned, regions }: DeploymentRun) {
  const bakeMs = planned?.plan.stages.find(({ name }) => name === stage)?.bakeMs;
  const begun = [...regions.values()].filter(({ running }) => running).map(({ since }) => Date.parse(since));
  if (state !== 'baking' || stage === null || bakeMs === undefined || begun.length === 0) return null;
  return { stage, until: new Date(Math.max(...begun) + bakeMs).toISOString() };
}

/** Shows a region's progress as of now. */
export function showRegion(run: DeploymentRun, region: RegionName, changed: Partial<RegionProgress>): void {
  const at = regionOf(run, region);
  at.progress = { ...at.progress, ...changed };
  at.since = now();
}
