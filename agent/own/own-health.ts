import type { CheckResult } from '../../domain/host/health.ts';
import { ownService } from '../../domain/host/own-service.ts';
import type { HostState } from '../../domain/host/service-state.ts';

/** Reports come at least so often, unless the gateway asked for fewer. */
const quietMs = 300_000;

/**
 * An agent is well when its region has heard it: what can't reach its gateway can't be called back from there. Once it was
 * heard, a gateway that is away says nothing about it, nor about one that was confirmed and only started again. An operator who pinned it wants it also with the gateway gone.
 * @param silentMs since its gateway last took a report of it; infinite before the first
 */
export function ownHealth({ services }: HostState, silentMs: number): CheckResult {
  const { pin = null, trial = null } = services.get(ownService) ?? {};
  if (silentMs < quietMs || pin !== null) return { outcome: 'success' };
  if (silentMs === Infinity && trial === null)
    return { outcome: 'unknown', reason: 'its gateway has taken no report since it was started' };
  return silentMs === Infinity
    ? { outcome: 'failure', reason: 'its gateway has taken no report of this agent yet' }
    : { outcome: 'unknown', reason: `its gateway has taken no report for ${Math.round(silentMs / 1_000)} s` };
}
