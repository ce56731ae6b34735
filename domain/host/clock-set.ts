import type { HostState, ServiceState } from './service-state.ts';

/**
 * A clock that is set changes no duration: a start period, a wait before the next try, the time since an exit and the time in
 * which nobody answers go on as they were, or a clock that was an hour ahead for a moment would keep a host waiting for an hour,
 * and have it tell of a gap of an hour.
 */
export function shiftTimes(service: ServiceState, byMs: number): ServiceState {
  const { health, exits, mends, drift, actAfterMs, fetchProblem, gapSinceMs } = service;
  return {
    ...service,
    health: health && { ...health, startedAtMs: health.startedAtMs + byMs },
    exits: exits.map((at) => at + byMs),
    mends: mends.map((at) => at + byMs),
    drift: drift && { ...drift, foundAtMs: drift.foundAtMs + byMs, mendAtMs: drift.mendAtMs + byMs },
    actAfterMs: actAfterMs === 0 ? 0 : actAfterMs + byMs,
    fetchProblem: fetchProblem && { ...fetchProblem, retryAtMs: fetchProblem.retryAtMs + byMs },
    gapSinceMs: gapSinceMs === null ? null : gapSinceMs + byMs,
  };
}

/**
 * A loss that lies ahead was dated by a clock that has been set right since: it was before now. Otherwise a host whose clock was
 * years ahead at that moment would believe nothing for years.
 */
export const lossBy = (state: HostState, nowMs: number): HostState =>
  (state.memoryLostAtMs ?? 0) > nowMs ? { ...state, memoryLostAtMs: nowMs } : state;
