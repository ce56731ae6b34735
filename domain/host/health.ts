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
  reason: null,
});

/**
 * Takes in one result. Failures in the start period don't count, but when it is over the first one does; an unknown
 * result neither passes nor fails, however late (docs/design.md §8, promise 15).
 */
export function observe(health: Health, config: HealthConfig, result: CheckResult, atMs: number): Health {
  if (result.outcome === 'unknown') return { ...health, unknowns: health.unknowns + 1, reason: result.reason };
  if (result.outcome === 'success') return succeed(health, config);
  const failed = { ...health, failures: health.failures + 1, successes: 0, unknowns: 0, reason: result.reason };
  return { ...failed, phase: hasFailed(failed, config, atMs) ? 'unhealthy' : health.phase };
}

/** For people and the region. */
export function reportedHealth(health: Health | null, config: HealthConfig | null): InstanceHealth {
  if (health === null || config === null) return 'stopped';
  if (health.phase === 'unhealthy') return 'unhealthy';
  return health.unknowns >= config.unhealthyAfter ? 'unknown' : health.phase;
}

function succeed(health: Health, { healthyAfter }: HealthConfig): Health {
  const successes = health.successes + 1;
  const healthy = health.phase === 'healthy' || successes >= healthyAfter;
  const row = { ...health, successes, failures: 0, unknowns: 0 };
  return healthy ? { ...row, phase: 'healthy', reason: null } : row;
}

function hasFailed(health: Health, config: HealthConfig, atMs: number): boolean {
  if (health.phase === 'starting') return atMs - health.startedAtMs >= config.startPeriodMs;
  return health.phase === 'unhealthy' || health.failures >= config.unhealthyAfter;
}
