import type { InstanceHealth } from '../goal/host-status.ts';
import type { HealthConfig } from '../spec/service-spec.ts';

/** One look at an instance. `unknown`: the check could not be made, so it says nothing about the instance. */
export type CheckResult =
  { readonly outcome: 'success' } | { readonly outcome: 'failure' | 'unknown'; readonly reason: string };

/** What the checks of one run of an instance add up to. */
export interface Health {
  readonly phase: 'starting' | 'healthy' | 'unhealthy';
  readonly startedAtMs: number;
  /** Results of the same kind in a row; an unknown one neither counts nor breaks a row. */
  readonly successes: number;
  readonly failures: number;
  /** Unknown results since the last known one. */
  readonly unknowns: number;
  /** The newest known results since it was first healthy, oldest first: whether each was a success. */
  readonly recent: readonly boolean[];
  readonly flapping: boolean;
  /** Of the last failure or unknown result. */
  readonly reason: string | null;
}

/** Health counts from zero for every new instance, and again when an agent re-attaches to one. */
export const startHealth = (startedAtMs: number): Health => ({
  phase: 'starting',
  startedAtMs,
  successes: 0,
  failures: 0,
  unknowns: 0,
  recent: [],
  flapping: false,
  reason: null,
});

/**
 * An instance that is well and unwell by turns is unhealthy, though no row of failures is long enough: of its last 20 checks
 * at least 8 came out otherwise than the one before. It is so until 4 or fewer did. Two bounds, as Nagios and Icinga have
 * them, so that flapping itself does not flap.
 */
export const flapWindow = 20;
export const flapsAtChanges = 8;
export const steadyAtChanges = 4;

/**
 * Takes in one result. Failures in the start period don't count, but when it is over the first one does; an unknown
 * result neither passes nor fails, however late (docs/design.md §8, promise 15).
 */
export function observe(health: Health, config: HealthConfig, result: CheckResult, atMs: number): Health {
  if (result.outcome === 'unknown') return { ...health, unknowns: health.unknowns + 1, reason: result.reason };
  const row = addResult(health, result.outcome === 'success');
  if (result.outcome === 'success') return succeed(row, config);
  const failed = { ...row, reason: result.reason };
  if (failed.flapping) return { ...failed, phase: 'unhealthy', reason: flapText(result.reason) };
  return { ...failed, phase: hasFailed(failed, config, atMs) ? 'unhealthy' : health.phase };
}

function addResult(health: Health, success: boolean): Health {
  // How it came up says nothing about how it stays up.
  const seen = health.phase === 'starting' ? [] : [...health.recent, success].slice(-flapWindow);
  const changes = seen.filter((each, index) => index > 0 && each !== seen[index - 1]).length;
  return {
    ...health,
    successes: success ? health.successes + 1 : 0,
    failures: success ? 0 : health.failures + 1,
    unknowns: 0,
    recent: seen,
    flapping: changes >= (health.flapping ? steadyAtChanges + 1 : flapsAtChanges),
  };
}

const byTurns = 'is well and unwell by turns';
/** `reason` is that of the last failure, or says so already. */
const flapText = (reason: string | null): string =>
  reason?.startsWith(byTurns) ? reason : `${byTurns}: ${reason ?? 'its checks'}`;

/** For people and the region. */
export function reportedHealth(health: Health | null, config: HealthConfig | null): InstanceHealth {
  if (health === null || config === null) return 'stopped';
  if (health.phase === 'unhealthy') return 'unhealthy';
  return health.unknowns >= config.unhealthyAfter ? 'unknown' : health.phase;
}

function succeed(health: Health, { healthyAfter }: HealthConfig): Health {
  if (health.flapping) return { ...health, phase: 'unhealthy', reason: flapText(health.reason) };
  const healthy = health.phase === 'healthy' || health.successes >= healthyAfter;
  return healthy ? { ...health, phase: 'healthy', reason: null } : health;
}

function hasFailed(health: Health, config: HealthConfig, atMs: number): boolean {
  if (health.phase === 'starting') return atMs - health.startedAtMs >= config.startPeriodMs;
  return health.phase === 'unhealthy' || health.failures >= config.unhealthyAfter;
}
