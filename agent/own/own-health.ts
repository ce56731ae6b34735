import type { CheckResult } from '../../domain/host/health.ts';
import { ownService } from '../../domain/host/own-service.ts';
import type { HostState } from '../../domain/host/service-state.ts';

/** Reports come at least so often, unless the gateway asked for fewer. */
const quietMs = 300_000;

/**
 * An agent is well when its region has heard it: what can't reach its gateway can't be called back from there. Once it was
 * heard, a gateway that is away says nothing about it, nor about one that was confirmed and only started again. An operator who
 * pinned it wants it also with the gateway gone.
 * @param unheardMs since its gateway last took a report of it, and answered so: a poll that hangs is no word of it; infinite before the first
 */
export function ownHealth({ services }: HostState, unheardMs: number): CheckResult {
  const { pin = null, trial = null } = services.get(ownService) ?? {};
  if (unheardMs < quietMs || pin !== null) return { outcome: 'success' };
  if (unheardMs !== Infinity)
    return { outcome: 'unknown', reason: `its gateway has taken no report for ${Math.round(unheardMs / 1_000)} s` };
  return trial === null
    ? { outcome: 'unknown', reason: 'its gateway has taken no report since it was started' }
    : { outcome: 'failure', reason: 'its gateway has taken no report of this agent yet' };
}
