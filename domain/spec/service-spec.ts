import type { Weekly } from '../calendar/recurrence.ts';
import type { MetricGate } from '../gate/metric.ts';
import type { RequiredChecks } from '../gate/required-checks.ts';
import type { Selector } from '../goal/goal.ts';
import type { Hooks } from '../hook/hook.ts';
import type { RegionName, ServiceName, TeamName } from '../names.ts';
import type { BreakGlassPolicy } from '../approval/break-glass.ts';
import type { Role } from '../states.ts';

/** A share of a region's hosts: a count of hosts, or percent of them in (0, 100]. */
export type Share = { readonly hosts: number } | { readonly percent: number };

/** How a host changes over from one instance to the next. */
export const restartModes = ['stop-first', 'socket', 'overlap'] as const;
export type RestartMode = (typeof restartModes)[number];

/** What a host does about an installed tree that was changed: makes a fresh one and starts that, or only says so. */
export const driftPolicies = ['mend', 'report'] as const;
export type DriftPolicy = (typeof driftPolicies)[number];

export const stopSignals = ['SIGTERM', 'SIGINT', 'SIGQUIT', 'SIGHUP', 'SIGUSR1', 'SIGUSR2', 'SIGWINCH'] as const;

/** How an instance is asked to end, and how long it is given before it is killed. */
export interface StopConfig {
  readonly signal: (typeof stopSignals)[number];
  readonly graceMs: number;
}

/** What a balancer needs to leave an instance alone before that is asked to end. */
export interface DrainConfig {
  /** argv, run in the release's tree; `null` for none. */
  readonly command: readonly string[] | null;
  /** Waited after it. */
  readonly delayMs: number;
  /** The command is killed after this long. */
  readonly timeoutMs: number;
}

/** Each left out where there is none. */
export interface RunLimits {
  readonly memoryBytes?: number | undefined;
  /** Processors' time: 1.5 is one and a half. */
  readonly cpus?: number | undefined;
  /** Processes and threads of an instance, all that it forked included. */
  readonly processes?: number | undefined;
  /** Open files of a process. */
  readonly files?: number | undefined;
}

/** What an instance is given at its start, by the names of its region's secrets; each kind left out where there is none. */
export interface SecretsConfig {
  /** Environment variable → name of a secret. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** Name of a file below `CREDENTIALS_DIRECTORY` → name of a secret. */
  readonly files?: Readonly<Record<string, string>> | undefined;
}

/** How one instance is run on a host. Part of what is signed: two releases with other config are other releases. */
export interface RunConfig {
  /** argv, started in the release's tree; never a shell string. */
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Their names only: no value is part of a release. */
  readonly secrets?: SecretsConfig | undefined;
  readonly restart: RestartMode;
  /** Left out for SIGTERM and 10 s. */
  readonly stop?: StopConfig | undefined;
  /** What is done before an instance is asked to end; left out, nothing. */
  readonly drain?: DrainConfig | undefined;
  /** Name of the account; left out, the agent's. */
  readonly user?: string | undefined;
  /** Octal digits such as `027`; left out, `077`. */
  readonly umask?: string | undefined;
  /** Folder of the release in which the command starts; left out, the release's own. */
  readonly workingDirectory?: string | undefined;
  readonly limits?: RunLimits | undefined;
  /** Left out, `mend`. */
  readonly drift?: DriftPolicy | undefined;
}

/** How an instance is asked: exactly one of the first four. */
export interface HealthConfig {
  /** Path asked by HTTP GET on the instance's own port; 2xx and 3xx are healthy. */
  readonly http?: string | undefined;
  /** Whether its port takes a connection. */
  readonly tcp?: true | undefined;
  /** argv, run in the release's tree with the instance's environment; code 0 is healthy. */
  readonly command?: readonly string[] | undefined;
  /** Whether its process lives; `healthyAfter` intervals of it are needed. */
  readonly process?: true | undefined;
  /** After this long without `healthyAfter` successes the start has failed. */
  readonly startPeriodMs: number;
  readonly intervalMs: number;
  /** A check that takes longer is a failure. */
  readonly timeoutMs: number;
  readonly healthyAfter: number;
  readonly unhealthyAfter: number;
}

/** What a host needs beside the files: signed with them as the manifest's `config` part. */
export interface ReleaseConfig {
  readonly run: RunConfig;
  readonly health: HealthConfig;
}

export interface BuildConfig {
  /** Shell command line; `null` when nothing has to be built. */
  readonly run: string | null;
  /** Folder below the service's, whose content is the artifact. */
  readonly output: string;
  readonly timeoutMs: number;
}

export interface ChecksConfig {
  /** `null` when only what an existing CI reports counts. */
  readonly run: string | null;
  readonly timeoutMs: number;
  /** Left out when an existing CI has nothing to report. */
  readonly required?: RequiredChecks;
}

/** Who counts: anyone in one of the roles, and anyone in one of the teams. */
export interface ApproverGroup {
  readonly roles: readonly Role[];
  /** Left out when there are none. */
  readonly teams?: readonly TeamName[] | undefined;
}

export interface ApprovePolicy extends ApproverGroup {
  /** Persons. */
  readonly quorum: number;
  /** Of these persons, so many at least from each group; left out when anyone who counts will do. */
  readonly among?: readonly (ApproverGroup & { readonly quorum: number })[] | undefined;
  readonly expiresMs: number;
  /** Left out for `two-persons`. */
  readonly breakGlass?: BreakGlassPolicy | undefined;
}

export interface StageSpec {
  readonly name: string;
  readonly regions: readonly RegionName[];
  readonly batches: readonly Share[];
  readonly bakeMs: number;
  /** Who must agree before it begins; left out when nobody is asked. */
  readonly approve?: ApprovePolicy;
  /** What the release is held to while the stage bakes; left out when nothing is. */
  readonly metrics?: readonly MetricGate[];
}

/** A last look at what runs: a command, metrics, or both. */
export interface VerifySpec {
  readonly run: string | null;
  readonly timeoutMs: number;
  readonly metrics?: readonly MetricGate[];
}

/** When a batch is too bad to go on (docs/goal-protocol.md §5). */
export interface Budget {
  /** Percent of the hosts switched so far in the region, rounded down. */
  readonly failedPercent: number;
  /** Hosts, whatever the percentage says. */
  readonly cap: number;
}

export interface RolloutSpec {
  readonly stages: readonly StageSpec[];
  readonly budget: Budget;
  readonly batchTimeoutMs: number;
  /** A host that is silent this long is absent (before its batch) or lost (after it was told to switch). */
  readonly absentAfterMs: number;
  /** How long an undo waits for a region before it becomes an obligation. */
  readonly undoDeadlineMs: number;
  readonly verify: VerifySpec | null;
  /** Stages begin only inside it; left out when there is none. */
  readonly window?: Weekly;
}

export interface RollbackPolicy {
  readonly automatic: boolean;
  /** Lock the lane when a deployment was undone. */
  readonly lockAfter: boolean;
}

/** `slipway.yaml`, parsed and with defaults filled in. */
export interface ServiceSpec {
  readonly service: ServiceName;
  readonly build: BuildConfig;
  readonly checks: ChecksConfig | null;
  readonly run: RunConfig;
  readonly on: Selector;
  readonly health: HealthConfig;
  /** `null`: no person is asked. */
  readonly approve: ApprovePolicy | null;
  /** Left out when there are none. */
  readonly hooks?: Hooks;
  /** The release before can't run with what this one leaves behind; left out, it can. */
  readonly compatibleWith?: 'none';
  readonly rollout: RolloutSpec;
  readonly rollback: RollbackPolicy;
}

/** One mistake in a spec, where a person finds it. Lines and columns count from 1. */
export interface SpecProblem {
  /** `rollout.stages[0].batches[1]` */
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
}
