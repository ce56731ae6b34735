/** All there is, as data: databases, hosts, workflows, and what is on its way between them. */
import type { PendingRollback } from '../../../domain/lane/rollback-follow-up.ts';
import type { BatchMembers } from '../../../activities/goals/goal-store.ts';
import type { Obligation } from '../../../activities/deployment-record/contract.ts';
import type { Attempt } from '../../../domain/goal/attempt.ts';
import type { GoalRow, RecordedOutcome } from '../../../domain/goal/goal.ts';
import type { HostStatus, InstanceHealth, Refusal } from '../../../domain/goal/host-status.ts';
import type { IntendedStep } from '../../../domain/goal/intent-order.ts';
import type { HostMemory, VerifiedGoal } from '../../../domain/goal/verified-goal.ts';
import type { LaneLock } from '../../../domain/lane/lane.ts';
import type {
  DeploymentNumber,
  Digest,
  Generation,
  HostId,
  Position,
  RegionName,
  ReleaseNumber,
} from '../../../domain/names.ts';
import type { Placement } from '../../../domain/goal/goal.ts';
import type { Plan } from '../../../domain/plan/plan.ts';
import type { ServiceSpec } from '../../../domain/spec/service-spec.ts';
import type { DeploymentKind, DeploymentOutcome } from '../../../domain/states.ts';
import type { Asked } from '../engine/work.ts';
import type { RunningWorkflow, Told } from '../engine/workflow.ts';
import type { Decisions } from '../decisions.ts';
import type { Notice } from '../promises/notice.ts';
import type { Remembered } from '../promises/remembered.ts';

/** What never changes in a world. */
export interface Setting {
  readonly regions: readonly RegionName[];
  readonly spec: ServiceSpec;
  readonly decisions: Decisions;
  /** Hosts fail a release by its number: always, sometimes, or never. */
  readonly quality: (release: ReleaseNumber) => 'good' | 'bad' | 'flaky';
  /** Keep what workflows were told, so that a copy of the world can build them again. */
  readonly keepsHistory: boolean;
  readonly notice: (world: World, notice: Notice) => void;
}

export interface World {
  readonly setting: Setting;
  nowMs: number;
  centre: Centre;
  regions: Map<RegionName, Region>;
  workflows: Map<string, WorkflowRecord>;
  /** Activities that were asked for and whose answer has not been heard. */
  calls: Call[];
  signals: Signal[];
  timers: Timer[];
  /** For promises only. */
  remembered: Remembered;
}

export interface Centre {
  nextDeployment: number;
  nextRelease: number;
  holder: DeploymentNumber | null;
  lock: LaneLock | null;
  /** Keys of locks and unlocks that were recorded. */
  lockKeys: readonly string[];
  rollback: PendingRollback | null;
  inbox: readonly InboxRow[];
  deployments: Map<number, DeploymentRow>;
  releases: Map<number, ReleaseRow>;
  places: Map<RegionName, Place>;
  outcomes: Map<RegionName, readonly RegionOutcome[]>;
  obligations: readonly Obligation[];
}

export interface InboxRow {
  readonly key: string;
  readonly commit: string;
  readonly deployment: DeploymentNumber | null;
  readonly finished: boolean;
}

export interface DeploymentRow {
  readonly number: DeploymentNumber;
  readonly kind: DeploymentKind;
  readonly release: ReleaseNumber;
  readonly key: string;
  readonly fromMerge: boolean;
  readonly started: boolean;
  /** Regions that a person had it go on without; known once it is past its point of no return. */
  readonly skipped: readonly RegionName[];
  readonly outcome: DeploymentOutcome | null;
  readonly pointOfNoReturn: boolean;
  readonly pending: readonly RegionName[];
  readonly plan: Plan | null;
}

export interface ReleaseRow {
  readonly number: ReleaseNumber;
  readonly state: 'building' | 'ready' | 'admitted' | 'retired';
}

export interface Intent extends IntendedStep {
  readonly next: Placement | null;
}

/** What the centre knows of one region. */
export interface Place {
  readonly intent: Intent;
  readonly centreGeneration: Generation | 0;
  readonly writtenDeployment: number;
  readonly release: ReleaseNumber | null;
}

export type RegionOutcome = RecordedOutcome & { readonly pending: boolean };

/** What is in a region's database; immutable, so that a copy of it costs nothing. */
export interface RegionDatabase {
  readonly row: GoalRow | null;
  readonly begunAtMs: number;
  /** Of the last deployment that began here, and of the one before. */
  readonly snapshots: readonly { readonly deployment: number; readonly hosts: readonly HostId[] }[];
  readonly batches: readonly StoredBatch[];
  readonly said: Readonly<Record<HostId, Said>>;
  readonly admitted: readonly Digest[];
}

export interface StoredBatch {
  readonly attempt: Attempt;
  readonly number: number;
  readonly cut: Position;
  readonly members: BatchMembers;
  readonly startedAtMs: number;
}

/** A host's last report. */
export type Said = Pick<HostStatus, 'generation' | 'attempt' | 'running' | 'health' | 'state' | 'pinned'> & {
  readonly refused: readonly Refusal[];
  readonly reportedAtMs: number;
};

export interface Region {
  readonly name: RegionName;
  database: RegionDatabase;
  /** What a person could restore. */
  backup: RegionDatabase | null;
  /** Beside the database: the last generation that was written. */
  lastWritten: Generation | 0;
  /** A database was opened that may be an older one. */
  restored: boolean;
  /** Cut off from the centre. */
  dark: boolean;
  /** Its clock was set back by so much. */
  behindMs: number;
  hosts: readonly Host[];
  /** Its power or its network is bad: whatever runs there fails, also what no release touched. */
  ill: boolean;
  /** Instances of other services there. */
  otherServices: { readonly healthy: number; readonly unhealthy: number };
  /** Highest generation ever written here: for promises only. */
  highest: number;
  /** Highest deployment that was ever undone here: for promises only. */
  undone: number;
  /** The same, with what somebody inside the region took back. */
  wentBack: number;
  /** A database of it was restored: for promises only. */
  everRestored: boolean;
  /** Goals that were served, by generation: for promises, and for hosts that get an old one. */
  served: readonly GoalRow[];
  /** Hosts that reported the running deployment's release healthy: for promises only. */
  reportedHealthy: readonly HostId[];
}

/** Immutable: each change makes another. */
export interface Host {
  readonly id: HostId;
  readonly up: boolean;
  readonly memory: HostMemory;
  /** The goal that it has taken up. */
  readonly goal: VerifiedGoal | null;
  /** What ran before what runs now. */
  readonly before: Digest | null;
  readonly health: InstanceHealth;
  /** What it runs was switched to and has not proved well yet. */
  readonly onTrial: boolean;
}

export interface Call extends Asked {
  /** `null`: nobody waits for it any more, and it may still come. */
  waiter: { readonly workflow: string; readonly by: string } | null;
  readonly askedAtMs: number;
  /** Of a watch: what it has listened to since. */
  listeningSinceMs: number;
  /** It was done, and the answer is on its way. */
  answer: { readonly value: unknown } | null;
}

export interface Signal {
  readonly from: string;
  readonly to: string;
  readonly name: string;
  readonly payload: object;
}

export interface Timer {
  readonly workflow: string;
  readonly by: string;
  readonly what: string;
  readonly dueMs: number;
}

export interface WorkflowRecord {
  readonly id: string;
  readonly kind: string;
  readonly input: object;
  readonly parent: string | null;
  readonly whenParentCloses: 'terminate' | 'abandon';
  status: 'running' | 'closed' | 'terminated';
  result: unknown;
  history: readonly Told[];
  /** Built again from the history when it is missing. */
  live: RunningWorkflow | null;
  /** Where it stands, if histories are kept. */
  standing: string;
}
