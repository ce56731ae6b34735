import type {
  BuildReleaseResult,
  RunCommandResult,
  RunHookInput,
  RunHookResult,
} from '../../activities/build/contract.ts';
import type {
  DeploymentProgress,
  FinishDeploymentInput,
  Obligation,
  RecordBrokenGlassInput,
  RecordIntentInput,
  SettleObligationInput,
} from '../../activities/deployment-record/contract.ts';
import type {
  WatchChecksInput,
  WatchChecksResult,
  WatchMetricsInput,
  WatchMetricsResult,
} from '../../activities/gates/contract.ts';
import type { DeploymentRequest, RefusedRollback } from '../../activities/lane/contract.ts';
import type { AdmitReleaseInput } from '../../activities/release/contract.ts';
import type { LaneLock, OpenDeployment } from '../../domain/lane/lane.ts';
import type { PendingRollback } from '../../domain/lane/rollback-follow-up.ts';
import type { DeploymentNumber, Digest, RegionName, ReleaseNumber, ServiceName, TeamName } from '../../domain/names.ts';
import { deploymentNumber, digest, regionName, releaseNumber, serviceName } from '../../domain/names.ts';
import type { OwnChecks } from '../../domain/plan/own-checks.ts';
import type { Plan } from '../../domain/plan/plan.ts';
import type { ServiceSpec } from '../../domain/spec/service-spec.ts';
import type { Gate } from './gate.ts';
import type { RegionWorld } from './region-world.ts';
import { createRegionWorld } from './region-world.ts';

/** The regions that every world has; a plan names those that it goes to. */
export const [eu, us, ap] = [regionName('eu-west'), regionName('us-east'), regionName('ap-south')];
export const allRegions = [eu, us, ap];

/** What central Postgres holds of a deployment. */
export interface DeploymentRow extends OpenDeployment {
  readonly request: DeploymentRequest;
  hotfix?: boolean;
  started: boolean;
  /** Of its workflow, once known. */
  runId: string | null;
  outcome: FinishDeploymentInput['outcome'] | null;
}

/** One service as a test scripts it and as it was recorded. */
export interface ServiceWorld {
  readonly service: ServiceName;
  plan: PlanSettings;
  planRefused: string | null;
  /** Of the plan as it is made now. */
  planDigest: Digest;
  /** Of each person. */
  teams: Readonly<Record<string, readonly TeamName[]>>;
  readonly brokenGlass: RecordBrokenGlassInput[];
  /** Who went past approvals, of each admission that rests on that. */
  readonly admittedByGlass: (readonly string[])[];
  /** The release exists and was never admitted. */
  ownChecks: OwnChecks | null;
  /** By deployment. */
  readonly plans: Map<DeploymentNumber, Plan>;
  build: BuildReleaseResult;
  command: (purpose: 'checks' | 'verify') => RunCommandResult;
  /** What an existing CI has reported, and what metrics say, by the n-th look from 1. */
  checks: (look: number, input: WatchChecksInput) => WatchChecksResult | Promise<WatchChecksResult>;
  metrics: (look: number, input: WatchMetricsInput) => WatchMetricsResult | Promise<WatchMetricsResult>;
  readonly looks: { checks: number; metrics: number };
  /** What admissions were asked to rest on. */
  readonly evidence: AdmitReleaseInput['evidence'][];
  /** Hooks: what each comes to, and the gate at which it waits, by `runs ./up` or `undo ./down`. */
  hook: (call: RunHookInput) => RunHookResult;
  /** Whether the worker is lost in the middle of this call: nothing is heard of it again. */
  hookLost: (call: RunHookInput) => boolean;
  readonly hookGates: Map<string, Gate>;
  /** Ids of hooks that have begun and ended: `./up` and `./up ended`, in order. */
  readonly hooksRan: string[];
  /** Another deployment that holds the service. */
  holder: DeploymentNumber | null;
  readonly regions: Readonly<Record<RegionName, RegionWorld>>;
  readonly progress: DeploymentProgress[];
  /** Central Postgres answers no intent. */
  intentsAway: boolean;
  readonly intents: RecordIntentInput[];
  readonly finished: FinishDeploymentInput[];
  readonly pointsOfNoReturn: DeploymentNumber[];
  obligations: Obligation[];
  readonly settled: SettleObligationInput[];
  /** Tokens that were verified, in order. */
  readonly verified: string[];
  /** And of which region they had to be. */
  readonly tokenRegions: (readonly [string, RegionName | undefined])[];
  /** Where a token's verification waits, when the test made one. */
  verifying: Gate | null;
  /** The same for an admission. */
  admitting: Gate | null;
  /** And for the start of a deployment by its lane. */
  starting: Gate | null;
  /** And for what recovery looks at first. */
  takingOver: Gate | null;
  /** Of the first admissions so many find that an approval has expired on its way. */
  quorumsMissed: number;
  admissionsAsked: number;
  readonly rows: DeploymentRow[];
  /** Deployments that were taken out of the queue. */
  readonly cancelled: { readonly deployment: DeploymentNumber; readonly by: string; readonly reason: string }[];
  lock: LaneLock | null;
  /** Of every change of the lock: a key changes it once. */
  readonly lockKeys: string[];
  readonly lockChanges: { readonly by: string; readonly reason: string }[];
  /** What the lane has to see to, as Postgres keeps it. */
  rollback: PendingRollback | null;
  /** What of that could not be done. */
  readonly refusedRollbacks: (RefusedRollback & { readonly of: DeploymentNumber })[];
  /** What a rollback would go to. */
  rollbackTarget: ReleaseNumber | null;
  /** What is told of how far a deployment has come, instead of what is so; `null` for that. */
  reachSaid: 'untouched' | null;
  /** Loads of the lane from Postgres wait while this is true. */
  laneReads: number;
}

export type PlanSettings = Pick<
  Plan,
  | 'stages'
  | 'checks'
  | 'approve'
  | 'verify'
  | 'rollback'
  | 'undoDeadlineMs'
  | 'batchTimeoutMs'
  | 'absentAfterMs'
  | 'hooks'
  | 'compatibleWith'
  | 'window'
>;

export const hash = (letter: string) => digest(`sha256:${letter.repeat(64)}`);

/** Two stages, canary and world, each of two batches; nobody has to approve. */
export const twoStages: PlanSettings = {
  stages: [
    { name: 'canary', regions: [eu], batches: [{ hosts: 1 }, { percent: 100 }], bakeMs: 0 },
    { name: 'world', regions: [us, ap], batches: [{ percent: 50 }, { percent: 100 }], bakeMs: 0 },
  ],
  approve: null,
  verify: null,
  rollback: { automatic: true, lockAfter: true },
  undoDeadlineMs: 120_000,
  batchTimeoutMs: 600_000,
  absentAfterMs: 180_000,
};

export const approveByOne: Plan['approve'] = { quorum: 1, roles: ['release-owner'], expiresMs: 3_600_000 };

const log = { digest: hash('1'), sizeBytes: 1, truncated: false, tail: 'built' };

export const spec = (service: ServiceName, checks: string | null = null): ServiceSpec => ({
  service,
  build: { run: null, output: '.', timeoutMs: 60_000 },
  checks: checks === null ? null : { run: checks, timeoutMs: 60_000 },
  run: { command: ['node', 'server.js'], env: {}, restart: 'stop-first' },
  on: {},
  health: { http: '/healthz', startPeriodMs: 1, intervalMs: 1, timeoutMs: 1, healthyAfter: 1, unhealthyAfter: 1 },
  approve: null,
  rollout: {
    stages: twoStages.stages,
    budget: { failedPercent: 5, cap: 50 },
    batchTimeoutMs: 600_000,
    absentAfterMs: 180_000,
    undoDeadlineMs: 120_000,
    verify: null,
  },
  rollback: { automatic: true, lockAfter: true },
});

export const builtBy = (service: ServiceName, checks: string | null = null): BuildReleaseResult => ({
  outcome: 'built',
  release: { manifestRoot: '{}', digest: hash('a'), totalBytes: 1, files: 1 },
  spec: spec(service, checks),
  log,
});

export function createServiceWorld(name: string): ServiceWorld {
  const service = serviceName(name);
  return {
    service,
    plan: twoStages,
    planRefused: null,
    planDigest: hash('b'),
    teams: {},
    brokenGlass: [],
    admittedByGlass: [],
    ownChecks: null,
    plans: new Map(),
    build: builtBy(service),
    command: () => ({ outcome: 'passed', reason: 'exit code 0', log: null }),
    checks: () => ({ outcome: 'passed', evidence: [] }),
    metrics: () => ({ outcome: 'good', text: 'error_rate 0.004 of at most 0.010' }),
    looks: { checks: 0, metrics: 0 },
    evidence: [],
    hook: () => ({ outcome: 'passed', reason: 'exit code 0', log: null }),
    hookLost: () => false,
    hookGates: new Map(),
    hooksRan: [],
    holder: null,
    regions: Object.fromEntries(allRegions.map((region) => [region, createRegionWorld(region)])),
    progress: [],
    intentsAway: false,
    intents: [],
    finished: [],
    pointsOfNoReturn: [],
    obligations: [],
    settled: [],
    cancelled: [],
    lockKeys: [],
    lockChanges: [],
    verified: [],
    tokenRegions: [],
    verifying: null,
    admitting: null,
    starting: null,
    takingOver: null,
    quorumsMissed: 0,
    admissionsAsked: 0,
    rows: [],
    lock: null,
    rollback: null,
    refusedRollbacks: [],
    rollbackTarget: releaseNumber(1),
    reachSaid: null,
    laneReads: 0,
  };
}

/** What was done, as people see it: `stage-started`, `batch-advanced`, … of one deployment, in order. */
export const eventsOf = (world: ServiceWorld, deployment = 1): readonly string[] =>
  world.progress.filter((progress) => progress.deployment === deploymentNumber(deployment)).map(({ event }) => event);
